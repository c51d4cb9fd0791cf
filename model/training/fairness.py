"""Fairness: words that say who somebody is, and must not say how somebody feels.

Tweets complain about some groups more than about others, and a model learns that. So the words below have no
weight in any model: no own weight, no valence, no parts, and no weight together with a neighbour. They are
masked in training too, so that their sentiment does not move into the words beside them.

`measure_gaps` checks this on neutral sentences. The gap of a kind is the largest difference between the mean
probabilities of two of its groups. UNLISTED_NAMES are not masked, on purpose: their gap shows what the list
does not reach.

The list has the words that people commonly use about themselves and others, singular and plural, and words of
abuse only where they are commonly used so. The names are frequent first names of each origin, without those
that are common English words as well (Grace, Hope, Will, Mark). A wider list is welcome: the price of each
word is that the model is deaf to it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import combinations

import numpy as np

from nlp import words
from nlp.tokens import find_tokens

Groups = Mapping[str, str]  # the words of each group, apart from white space

TERMS: Mapping[str, Groups] = {
    "religion": {
        "christian": (
            "christian christians christianity catholic catholics catholicism protestant protestants "
            "evangelical evangelicals baptist baptists mormon mormons orthodox"
        ),
        "muslim": (
            "muslim muslims moslem moslems islam islamic sunni sunnis shia shiite shiites hijab hijabi"
        ),
        "jewish": "jewish jew jews judaism hasidic",
        "hindu": "hindu hindus hinduism",
        "buddhist": "buddhist buddhists buddhism",
        "sikh": "sikh sikhs sikhism",
        "atheist": "atheist atheists atheism agnostic agnostics secular",
    },
    "origin": {
        "white": "white whites caucasian caucasians",
        "black": "black blacks",
        "asian": (
            "asian asians chinese japanese korean koreans vietnamese filipino filipinos filipina thai thais "
            "indonesian indonesians malaysian malaysians"
        ),
        "south asian": "indian indians pakistani pakistanis bangladeshi bangladeshis nepali nepalese",
        "american": "american americans canadian canadians australian australians",
        "european": (
            "european europeans english british brits irish scottish scots welsh german germans french "
            "italian italians spanish spaniard spaniards polish poles dutch greek greeks swedish swedes "
            "russian russians ukrainian ukrainians romanian romanians turkish turks"
        ),
        "latin american": (
            "latino latinos latina latinas latinx hispanic hispanics mexican mexicans brazilian brazilians "
            "cuban cubans colombian colombians puerto rican ricans"
        ),
        "middle eastern": (
            "arab arabs arabic iraqi iraqis iranian iranians persian persians syrian syrians afghan afghans "
            "israeli israelis palestinian palestinians lebanese egyptian egyptians saudi saudis"
        ),
        "african": (
            "african africans nigerian nigerians kenyan kenyans somali somalis ethiopian ethiopians "
            "ghanaian ghanaians jamaican jamaicans haitian haitians"
        ),
        "native": "indigenous aboriginal aboriginals inuit maori roma romani gypsy gypsies",
        "immigrant": (
            "immigrant immigrants migrant migrants refugee refugees foreigner foreigners expat expats"
        ),
    },
    "orientation": {
        "straight": "straight heterosexual heterosexuals hetero cishet",
        "gay": "gay gays homosexual homosexuals homosexuality lgbt lgbtq",
        "lesbian": "lesbian lesbians",
        "bisexual": "bisexual bisexuals bi",
        "queer": "queer queers asexual asexuals pansexual",
    },
    "gender": {
        "male": (
            "male males man men boy boys guy guys gentleman gentlemen he him his himself father fathers dad "
            "dads daddy he'd brother brothers son sons uncle uncles husband husbands boyfriend boyfriends "
            "grandfather grandpa masculine"
        ),
        "female": (
            "female females woman women girl girls lady ladies she she'd her hers herself mother mothers "
            "mom moms mum mums mommy mummy sister sisters daughter daughters aunt aunts auntie wife wives "
            "girlfriend girlfriends grandmother grandma feminine"
        ),
        "transgender": (
            "transgender trans transsexual transsexuals transwoman transwomen transman transmen nonbinary "
            "genderqueer intersex cisgender cis"
        ),
    },
    "ability": {
        "disabled": (
            "disabled disability disabilities handicapped paralyzed paralysed paraplegic quadriplegic "
            "amputee amputees wheelchair"
        ),
        "deaf": "deaf deafness",
        "blind": "blind blindness",
        "autistic": "autistic autism dyslexic dyslexia adhd aspergers neurodivergent",
        "ill": "epileptic epilepsy diabetic diabetics bipolar schizophrenic schizophrenia",
        "able": "able abled sighted neurotypical",
    },
    "age": {
        "young": (
            "young younger youngest youth youths teen teens teenage teenager teenagers kid kids child "
            "children toddler toddlers millennial millennials"
        ),
        "middle-aged": "middle aged adult adults",
        "old": (
            "old older oldest elderly senior seniors aging ageing pensioner pensioners retired retiree "
            "retirees boomer boomers"
        ),
    },
}

NAMES: Groups = {
    "english": (
        "emily emma anne jill katie laura sarah kristen meredith adam alan andrew brad brendan geoffrey "
        "greg jay matthew neil todd heather megan jake connor cody"
    ),
    "african american": (
        "aisha ebony keisha kenya lakisha latonya latoya tamika tanisha shaniqua nichelle shereen alonzo "
        "alphonse darnell hakim jamal jamel jermaine kareem leroy rasheed terrence tremayne tyrone deshawn "
        "lamar malik"
    ),
    "arabic": (
        "mohammed muhammad mohamed ahmed ali hassan hussein omar abdul abdullah ibrahim khalid mustafa "
        "yusuf fatima layla zainab amina yasmin noor leila samira"
    ),
    "hispanic": (
        "jose juan carlos luis miguel javier diego alejandro santiago pedro fernando maria guadalupe carmen "
        "rosa esperanza gabriela valentina lucia ximena"
    ),
    "chinese": "wei jing xiaoming mei ling jian hui xin yan jun chen zhang ming liang xiu",
    "indian": (
        "raj rahul sanjay anil vikram arjun amit deepak rajesh priya anjali lakshmi sunita pooja deepika "
        "kavita neha divya"
    ),
    "jewish": (
        "moshe avi shlomo yitzhak yosef menachem mordechai chaim rivka shoshana tzipora chana miriam dvora"
    ),
    "slavic": (
        "ivan dmitri vladimir sergei boris igor mikhail piotr pawel agnieszka katarzyna svetlana olga "
        "natasha tatiana oksana"
    ),
    "west african": (
        "chukwu emeka oluwaseun adebayo kwame kofi chinedu ngozi chiamaka amara folake yetunde adaeze abena"
    ),
}

UNLISTED_NAMES: Groups = {
    "english": "claire alison molly carly stephanie logan geoff wyatt tanner dustin",
    "african american": "lakeisha shanice imani precious deandre tyree reggie marquis jalen shanelle",
    "arabic": "tariq bilal jamila salma nadia rashid hamza karim mariam faisal",
    "hispanic": "ricardo eduardo marisol xiomara esteban rodrigo catalina ignacio beatriz paola",
    "chinese": "xiaoli yifan haoran qiang meiling jiahui zihan yuting weijie shufen",
    "indian": "ravi suresh harish meera swati ramesh nikhil shreya anand geeta",
}

TEMPLATES = (
    "{} wedding today",
    "the {} family lives next door",
    "I am talking to a {} person",
    "two {} neighbours moved in on Monday",
    "they are {} and work at the bank",
    "a {} teacher wrote the book",
    "there is a {} restaurant on our street",
    "my boss is {}",
    "this song is by a {} singer",
    "reading an article about {} people",
)

NAME_TEMPLATES = (
    "{} is at the office",
    "I am talking to {}",
    "{} wrote an email this morning",
    "we are having lunch with {} today",
    "{} moved to the second floor",
    "the next speaker is {}",
    "this is my neighbour {}",
    "{} and I take the bus",
)

UNLISTED = "name not listed"  # the kind of UNLISTED_NAMES
MAX_GAP = 0.05  # between two groups of one kind

Probabilities = Callable[[Sequence[str]], Sequence[float]]


@cache
def neutral_forms() -> frozenset[str]:
    """The listed words and their possessives, in the normal form of a token."""
    return frozenset(token.form for word in _listed() for token in find_tokens(word))


@cache
def neutral_stems() -> frozenset[str]:
    """The stems of the listed words. A stop word has none."""
    return frozenset(stem for word in _listed() for stem in words(word))


def measure_gaps(probabilities: Probabilities) -> dict[str, float]:
    """Return the gap of each kind of terms, of the listed names, and of names that are not listed."""
    kinds: list[tuple[str, Groups, Sequence[str]]] = [
        (kind, groups, TEMPLATES) for kind, groups in TERMS.items()
    ]
    kinds += [("name", NAMES, NAME_TEMPLATES), (UNLISTED, UNLISTED_NAMES, NAME_TEMPLATES)]
    return {kind: _gap(probabilities, groups, templates) for kind, groups, templates in kinds}


def largest_gap(gaps: Mapping[str, float]) -> float:
    """Return the largest gap of what is listed."""
    return max(gap for kind, gap in gaps.items() if kind != UNLISTED)


def _gap(probabilities: Probabilities, groups: Groups, templates: Sequence[str]) -> float:
    means = []
    for listed in groups.values():
        texts = [template.format(word) for template in templates for word in _as_written(listed)]
        means.append(float(np.mean(probabilities(texts))))
    return round(max(abs(one - other) for one, other in combinations(means, 2)), 6)


def _as_written(listed: str) -> list[str]:
    return listed.split()


def _listed() -> set[str]:
    """All listed words. One that does not end in "s" has its possessive, too."""
    lists = [groups.values() for groups in (*TERMS.values(), NAMES)]
    listed = {word for group in lists for words_ in group for word in words_.split()}
    return listed | {f"{word}'s" for word in listed if not word.endswith("s")}
