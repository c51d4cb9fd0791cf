"""A model says so if it knows few of the words."""

from pathlib import Path

import pytest

import model
from model import Classifier
from model.training.corpus import Corpus

NAMES = sorted(path.name for path in Path(model.ARTIFACTS).iterdir())

# In many languages: what people write of the weather, work and songs.
FOREIGN = """Ich bin heute sehr müde und will nur noch schlafen
Das war der schönste Tag meines Lebens
Warum regnet es schon wieder den ganzen Tag
Je suis très content de te voir ce soir
Quelle journée horrible, je déteste le lundi
Merci beaucoup pour ce magnifique cadeau
Estoy muy feliz de verte otra vez
Qué día tan triste, no quiero ir a trabajar
Me encanta esta canción, es la mejor del mundo
Sono molto stanco e voglio dormire
Che bella giornata, andiamo tutti al mare
Odio quando piove tutto il giorno
Estou com muita saudade de você
Que dia lindo, vamos para a praia
Não aguento mais esse trabalho
Ik ben zo blij dat je er bent
Wat een slecht weer vandaag, ik blijf thuis
Jag är så trött på den här regniga veckan
Vilken underbar dag, vi ska bada i sjön
Jeg elsker denne sangen, den er fantastisk
Hvorfor er det altid så koldt om morgenen
Olen todella onnellinen tänään
Miksi tänään sataa taas koko päivän
Bardzo się cieszę, że cię widzę
Nienawidzę poniedziałków, chcę spać
Dnes je krásný den, jdeme ven
Nagyon szeretem ezt a dalt
Îmi place foarte mult această melodie
Bugün hava çok güzel, çok mutluyum
Saya sangat senang bertemu dengan kamu hari ini
Aku sedih sekali karena hujan terus
Tôi rất vui khi được gặp bạn
Masaya ako ngayong araw kasama ang pamilya
Nimefurahi sana kukuona leo rafiki yangu
Я очень люблю эту песню
Сегодня ужасная погода, мне грустно
Сьогодні чудовий день, я щасливий
Πόσο όμορφη μέρα σήμερα
أنا سعيد جدا اليوم
אני מאוד שמח היום
आज मैं बहुत खुश हूँ
今日はとても楽しかった
今天天气真好，我很开心
오늘 정말 행복해요
วันนี้ฉันมีความสุขมาก
من امروز خیلی خوشحالم
Σήμερα είμαι πολύ λυπημένος
আজ আমি খুব খুশি""".splitlines()  # noqa: RUF001 to be read


@pytest.fixture(scope="module", params=NAMES)
def served_as(request: pytest.FixtureRequest) -> Classifier:
    return model.load(request.param)


def test_five_in_six_sentences_in_other_languages_carry_a_warning(served_as: Classifier) -> None:
    warned = [answer for answer in served_as.predict(FOREIGN) if answer.warnings]
    assert {answer.warnings for answer in warned} == {("unfamiliar",), ("no_known_words",)}
    assert len(warned) >= len(FOREIGN) * 5 / 6


def test_at_most_one_in_a_hundred_english_tweets_is_unfamiliar(served_as: Classifier, tweets: Corpus) -> None:
    texts = tweets.split()[0].texts
    unfamiliar = sum("unfamiliar" in answer.warnings for answer in served_as.predict(texts))
    assert 0 < unfamiliar <= len(texts) / 100


@pytest.mark.parametrize(
    "text", ["I love this", "love", "my head hurts", "LOVE :)", "@joe hate http://t.co/x"]
)
def test_a_text_of_known_words_is_familiar(served_as: Classifier, text: str) -> None:
    [answer] = served_as.predict([text])
    assert answer.warnings == ()
    assert served_as.explain(text).known_words > 0.5


def test_a_known_word_among_many_unknown_ones_is_unfamiliar(served_as: Classifier) -> None:
    text = "zzxqj qqzrt love xxkqw vvqzz"
    [answer] = served_as.predict([text])
    assert answer.warnings == ("unfamiliar",)
    assert served_as.explain(text).known_words == 1 / 5


def test_a_text_that_is_unfamiliar_may_be_truncated_too(served_as: Classifier) -> None:
    [answer] = served_as.predict(["love " + "zzxqj " * 1_000])
    assert answer.warnings == ("truncated", "unfamiliar")
