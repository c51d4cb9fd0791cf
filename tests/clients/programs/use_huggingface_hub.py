import asyncio

from huggingface_hub import AsyncInferenceClient, InferenceClient
from report import MODEL, TEXTS, URL, print_report


def classify(text=TEXTS[0], url=URL, **asked):
    return plain(InferenceClient(url, token="token").text_classification(text, **asked))


def plain(elements):
    return [{"label": element.label, "score": element.score} for element in elements]


print_report(
    "huggingface_hub",
    {
        "text_classification": classify,
        "text_classification, base_url": lambda: plain(
            InferenceClient(base_url=URL).text_classification(TEXTS[0])
        ),
        "text_classification, the model in the path": lambda: classify(url=f"{URL}/models/{MODEL}"),
        "text_classification below /mood": lambda: classify(url=f"{URL}/mood"),
        "text_classification, top_k": lambda: classify(top_k=1),
        "text_classification, function_to_apply": lambda: classify(function_to_apply="none"),
        "text_classification, a list": lambda: classify(TEXTS),
        "text_classification, async": lambda: plain(
            asyncio.run(AsyncInferenceClient(URL).text_classification(TEXTS[0]))
        ),
        "text_classification, a number": lambda: classify(5),
        "zero_shot_classification": lambda: InferenceClient(URL).zero_shot_classification(
            TEXTS[0], ["a", "b"]
        ),
    },
)
