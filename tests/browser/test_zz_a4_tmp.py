from tests.browser.conftest import *  # noqa
from tests.browser.test_screens import LATIN, faults, SETTLED
from tests.browser.waiting import until
def test_claims(workbench, opened):
    bad=[]
    for lang in ("Eng","Рус"):
        opened.get_by_role("button", name=lang).click()
        for path in ("/claims","/report","/"):
            opened.set_viewport_size({"width":1440,"height":900}); opened.emulate_media(color_scheme="light", reduced_motion="reduce")
            opened.goto(workbench.url+path); until(opened,SETTLED)
            bad += [(path,f) for f in faults(opened)]
            opened.emulate_media(color_scheme="dark", reduced_motion="reduce"); until(opened,SETTLED)
            bad += [(path,"dark",f) for f in faults(opened,["color-contrast"])]
            if lang=="Рус": bad += [(path,p) for p in LATIN.findall(opened.evaluate("() => document.body.innerText"))]
            for w in (1024,700):
                opened.set_viewport_size({"width":w,"height":900})
                x=opened.evaluate("document.documentElement.scrollWidth - innerWidth")
                if x>0: bad.append((path,w,x))
    assert not bad, bad
