"""A made-up corpus of Russian interviews, as large as wanted, the same for the same seed.

Words are forms of some hundred common lemmas, drawn with Zipf weights; a few phrases are strewn in so that phrase
searches find something. It reads as nonsense and is meant to: only lengths, frequencies and the shape of turns are
like those of talk.

    python bench/corpus.py FOLDER
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pymorphy3

from veche.study.documents import Text, Turn, TurnKind

#: in order of frequency; what is searched for in the measurements stands where its frequency should be
_WORDS = """
и в не на что с я бюджет он а как это по но они у к мы то за быть ну вот из от так о для же до власть завод дума глава
район город администрация депутат человек год дело деньги вопрос работа сказать мочь знать говорить решать хотеть
думать идти стать делать дать работать понимать считать ходить договориться прийти сидеть видеть просить звонить
помогать директор область губернатор предприятие начальник комиссия совет собрание партия выборы кандидат округ земля
дорога школа больница налог программа проект план решение закон устав право комитет управление отдел чиновник бизнес
предприниматель хозяин собственник акционер холдинг рынок магазин банк кредит договор контракт аренда тендер подряд
строительство ремонт дом квартира улица площадь парк вода тепло котельная труба свет газ мусор свалка лес река мост
станция поезд автобус машина водитель врач учитель пенсионер молодёжь ребёнок семья жена муж сын дочь брат отец мать
друг сосед враг команда группа клан союз фракция коалиция большинство оппозиция конфликт спор скандал суд прокурор
полиция проверка штраф жалоба письмо газета журналист телевидение интервью слово речь доклад отчёт документ бумага
подпись печать приказ распоряжение постановление назначение отставка увольнение карьера должность место кресло кабинет
приёмная секретарь помощник советник заместитель руководитель председатель спикер мэр управляющий менеджер специалист
инженер рабочий профсоюз зарплата пенсия цена тариф доход расход прибыль убыток долг дотация субсидия перечисление
казна фонд резерв большой новый хороший районный городской областной местный муниципальный государственный частный
общий разный другой каждый любой самый первый последний главный старый молодой сильный слабый свой наш ваш их этот тот
такой весь сам никакой некоторый многий малый важный нужный трудный простой понятный ясный открытый закрытый честный
грязный чистый бедный богатый дорогой дешёвый бесплатный свободный зависимый независимый политический экономический
социальный хозяйственный финансовый бюджетный налоговый земельный лесной промышленный сельский советский прежний
нынешний будущий прошлый следующий ближний дальний верхний нижний центральный федеральный региональный потом тогда
теперь сейчас сегодня вчера завтра всегда иногда часто редко никогда уже ещё опять снова сразу скоро долго давно здесь
там тут туда сюда домой вместе отдельно просто конечно наверное видимо может кстати вообще почти совсем очень слишком
много мало больше меньше лучше хуже хорошо плохо трудно легко можно нельзя надо нужно если когда потому поэтому чтобы
хотя или либо ни да нет только даже лишь именно через между перед после около против кроме без под над при про ради
среди вокруг внутри вместо вдоль получать получить брать взять давать отдать передать продать продавать купить
покупать платить заплатить тратить потратить экономить строить построить ремонтировать закрыть закрывать открыть
открывать начать начинать кончить закончить продолжать остановить держать удержать терять потерять искать найти
находить встретить встречаться собраться собирать обещать обмануть верить доверять бояться угрожать давить нажать
заставить требовать потребовать предложить предлагать согласиться соглашаться отказать отказаться поддержать
поддерживать выступить выступать возразить спорить ругаться мириться поссориться голосовать проголосовать избрать
выбрать выбирать назначить снять уволить уйти уходить вернуться возвращаться приехать уехать ездить жить прожить
родиться вырасти учиться научить руководить управлять командовать подчиняться слушать слушаться услышать смотреть
посмотреть увидеть показать рассказать объяснить спросить спрашивать ответить отвечать писать написать читать
прочитать подписать утвердить принять принимать отменить изменить менять поменять сохранить создать развивать развить
разрушить сломать вложить вкладывать инвестировать зависеть влиять определять обсуждать обсудить выносить внести
вносить рассмотреть контролировать проверять проверить наказать простить забыть помнить вспомнить мешать помочь спасти
защищать интерес влияние сила слабость сторона середина угол край центр посёлок деревня село станица население житель
избиратель голос мнение позиция взгляд мысль идея смысл цель задача причина следствие результат успех неудача проблема
беда трудность ошибка вина ответственность обязанность доверие уважение страх надежда вера совесть честь правда ложь
слух история память настоящее время день ночь утро вечер неделя месяц квартал сезон весна лето осень зима час минута
начало конец этап период срок очередь порядок беспорядок правило норма исключение случай пример ситуация положение
условие возможность способ средство механизм система структура организация учреждение контора цех участок станок
продукция сырьё металл уголь нефть дерево кирпич бетон асфальт техника оборудование технология качество количество
объём размер часть доля процент сумма миллион тысяча рубль копейка баланс смета статья строка таблица
"""
LEMMAS = tuple(_WORDS.split())
_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
_ADJECTIVES, _NOUN = ("районный", "городской"), "дума"
#: per word, how often one of the phrases is put there
_PHRASES = 0.0011


def make_corpus(folder: Path | str, texts: int = 200, words: int = 8000, seed: int = 20261121) -> list[Path]:
    """Write transcripts with turns ``И.: ...`` and ``Р.: ...`` into a folder.

    Parameters
    ----------
    folder
        Where to; made if missing.
    texts, words
        How many transcripts, and about how many words in each.
    seed
        The same seed gives the same files.

    Returns
    -------
    list of Path
        The files, `interview-0001.txt` and so on.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(seed)
    forms, weights = _vocabulary()
    phrases = _phrases()
    paths = []
    for number in range(1, texts + 1):
        chosen = np.searchsorted(weights, draw.random(words)).tolist()
        path = target / f"interview-{number:04}.txt"
        path.write_text(_talk([forms[i] for i in chosen], phrases, draw), encoding="utf-8")
        paths.append(path)
    return paths


def read_corpus(folder: Path | str) -> Iterator[Text]:
    """Read the transcripts of a folder, one after another, as texts with turns."""
    return map(_read, sorted(Path(folder).glob("interview-*.txt")))


def _read(path: Path) -> Text:
    body = path.read_text(encoding="utf-8")
    turns = []
    start = 0
    for line in body.split("\n"):
        if line:
            kind: TurnKind = "question" if line.startswith("И.:") else "answer"
            turns.append(Turn(len(turns), start + 4, start + len(line), kind, line[:2]))
        start += len(line) + 1
    return Text(path.stem, body, tuple(turns))


def _vocabulary() -> tuple[list[str], np.ndarray]:
    """Make all forms of the lemmas, with their cumulated probabilities."""
    morph = pymorphy3.MorphAnalyzer(lang="ru")
    weight_of: dict[str, float] = {}
    for rank, lemma in enumerate(LEMMAS, 1):
        lexeme = list(dict.fromkeys(parse.word for parse in morph.parse(lemma)[0].lexeme))
        shares = 1 / np.arange(1, len(lexeme) + 1)
        for form, share in zip(lexeme, shares / shares.sum(), strict=True):
            weight_of[form] = weight_of.get(form, 0.0) + share / (rank + 8)
    cumulated = np.cumsum(list(weight_of.values()))
    return list(weight_of), cumulated / cumulated[-1]


def _phrases() -> list[str]:
    morph = pymorphy3.MorphAnalyzer(lang="ru")
    noun = morph.parse(_NOUN)[0]
    made = []
    for adjective in (morph.parse(a)[0] for a in _ADJECTIVES):
        for case in _CASES:
            both = (adjective.inflect({case, "femn", "sing"}), noun.inflect({case, "sing"}))
            made.append(" ".join(word.word for word in both))
    return made


def _talk(words: list[str], phrases: list[str], draw: np.random.Generator) -> str:
    """Cut words into sentences and turns, question and answer in alternation."""
    for place in np.flatnonzero(draw.random(len(words)) < _PHRASES).tolist():
        words[place] = phrases[int(draw.integers(len(phrases)))]
    lines = []
    at, asking = 0, True
    while at < len(words):
        length = int(draw.integers(6, 18) if asking else draw.integers(20, 120))
        sentences = " ".join(_sentences(words[at : at + length], "?" if asking else ".", draw))
        lines.append(f"{'И.:' if asking else 'Р.:'} {sentences}")
        at, asking = at + length, not asking
    return "\n".join(lines) + "\n"


def _sentences(words: list[str], sign: str, draw: np.random.Generator) -> Iterator[str]:
    at = 0
    while at < len(words):
        length = int(draw.integers(4, 16))
        part = words[at : at + length]
        if len(part) > 6:
            part[3] += ","
        sentence = " ".join(part)
        yield sentence[0].upper() + sentence[1:] + sign
        at += length


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Write a made-up corpus of interviews.")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--texts", type=int, default=200)
    arguments.add_argument("--words", type=int, default=8000)
    arguments.add_argument("--seed", type=int, default=20261121)
    given = arguments.parse_args()
    print(len(make_corpus(given.folder, given.texts, given.words, given.seed)), "transcripts in", given.folder)
