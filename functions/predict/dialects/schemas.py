"""The contract as pydantic models, which describe requests and answers in /docs. No answer waits for them."""

from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic.json_schema import SkipJsonSchema

from model.classifier import Label, Warning
from nlp.spelling import Reason
from predict.dialects.request import MAX_FAULTS
from predict.limits import MAX_ID_CHARACTERS, MAX_INTEGER_ID, MIN_INTEGER_ID
from predict.settings import Settings

Probability = Annotated[float, Field(ge=0, le=1)]
Key = Annotated[str, Field(max_length=MAX_ID_CHARACTERS)]
Id = Key | Annotated[int, Field(ge=MIN_INTEGER_ID, le=MAX_INTEGER_ID)]


class Schemas(NamedTuple):
    """The models of a dialect's requests, answers and errors."""

    request: type[BaseModel]
    answer: type[BaseModel]
    refusal: type[BaseModel]


class Exactly(BaseModel):
    """No other members."""

    model_config = ConfigDict(extra="forbid")


class Fault(Exactly):
    pointer: str
    detail: str


class Problem(Exactly):
    title: str
    status: int
    detail: str
    errors: Annotated[list[Fault], Field(max_length=MAX_FAULTS)] = []


class Identity(Exactly):
    name: str
    version: str


class Term(Exactly):
    feature: str
    form: str
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    contribution: float


class Dropped(Exactly):
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    reason: str


class Normalized(Exactly):
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    read_as: str
    reason: Reason


class Explanation(Exactly):
    logit: Annotated[float, Field(description="The bias and all contributions.")]
    bias: float
    terms: list[Term]
    dropped: list[Dropped]
    normalized: Annotated[list[Normalized], Field(description="What is read otherwise than it is written.")]
    known_words: Annotated[float, Field(ge=0, le=1, description="Share of the words that the model knows.")]


class Prediction(Exactly):
    id: Annotated[str | int, Field(description="That of the tweet, or the index of the text.")]
    label: Label
    probability: Annotated[Probability, Field(description="Of positive.")]
    warnings: Annotated[list[Warning], Field(description="Why the answer means little.")]
    explanation: Annotated[Explanation, Field(description="Only where it was asked for.")] = None  # type: ignore[assignment]


class PredictResponse(Exactly):
    model: Identity
    predictions: list[Prediction]


class LabelsById(RootModel[dict[str, Literal["Negative", "Positive"]]]):
    pass


def native(settings: Settings) -> Schemas:
    """Within the limits that are set."""
    Text = Annotated[str, Field(max_length=settings.max_characters)]  # noqa: N806 a type
    many = Field(max_length=settings.max_texts)

    class Tweet(BaseModel):
        model_config = ConfigDict(extra="allow")

        id: Annotated[Id | None, Field(description="Sent back with the answer.")] = None
        text: Text

    class Options(Exactly):
        threshold: Annotated[
            Probability | SkipJsonSchema[None],
            Field(description="Positive from this probability up; without it, from the model's own."),
        ] = settings.threshold
        uncertain: Annotated[
            tuple[Probability, Probability] | None,
            Field(description="The label is uncertain strictly between these two, the lower first."),
        ] = settings.uncertain
        explain: Annotated[bool, Field(description="What each part adds to the logit.")] = False

    class OneText(Options):
        text: Text

    class Texts(Options):
        texts: Annotated[list[Text], many]

    class Tweets(Options):
        tweets: Annotated[list[Tweet], many]

    class PredictRequest(RootModel[OneText | Texts | Tweets]):
        pass

    return Schemas(PredictRequest, PredictResponse, Problem)


def post(settings: Settings) -> Schemas:
    """Within the limits that are set."""
    Text = Annotated[str, Field(max_length=settings.max_characters)]  # noqa: N806 a type

    class TweetsById(
        RootModel[Annotated[dict[Key, Text], Field(min_length=1, max_length=settings.max_texts)]]
    ):
        pass

    return Schemas(TweetsById, LabelsById, Problem)
