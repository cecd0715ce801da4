"""Control words of Rich Text: signs, parts that hold no text of the document, and character sets."""

from __future__ import annotations

from veche.text._roles import word_set

#: control words and control symbols that stand for a character
SIGNS = {
    "line": "\n", "lbr": "\n", "softline": "\n", "tab": "\t", "emdash": "\u2014", "endash": "\u2013",
    "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "bullet": "\u2022", "lquote": "\u2018",
    "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d", "zwj": "\u200d", "zwnj": "\u200c",
    "~": "\u00a0", "_": "\u2011", "-": "\u00ad", "{": "{", "}": "}", "\\": "\\",
}  # fmt: skip
#: groups without text of the document; those that begin with \* need not be named
SKIPPED = word_set(
    """fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr
    footerf ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn tc tcn xe rxe txe private sp shprslt nonshppict
    fldinst falt panose nextfile operator title subject author keywords comment doccomm creatim revtim
    printim buptim hlinkbase bkmkstart bkmkend atnid atnauthor atntime atnicn atnref atndate atnparent
    atrfstart atrfend do upr fname pntxta pntxtb datafield formfield listname nonesttables leveltext
    levelnumbers mmathPr"""
)
#: groups that are read although they begin with \*
READ = word_set("shpinst shptxt ud footnote annotation")
#: character set of a font (\fcharset) -> codec
CHARSETS = {
    77: "mac_roman", 78: "cp932", 79: "big5", 80: "cp949", 81: "mac_arabic", 83: "mac_greek", 85: "gbk",
    86: "mac_romanian", 88: "cp874", 89: "mac_latin2", 84: "mac_cyrillic", 87: "mac_cyrillic",
    128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437",
    255: "cp850",
}  # fmt: skip
#: character set of a whole file -> codec
PAGES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}


def codec(page: int) -> str | None:
    """Return the name of the codec of a code page, if there is one."""
    import codecs

    name = {10000: "mac_roman", 10007: "mac_cyrillic", 65001: "utf-8"}.get(page, f"cp{page}")
    try:
        codecs.lookup(name)
    except LookupError:
        return None
    return name
