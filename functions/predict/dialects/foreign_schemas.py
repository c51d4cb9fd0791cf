"""The contracts of other servers' protocols as pydantic models, for /docs alone."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from model.classifier import Label, Warning
from predict.dialects.schemas import Exactly, Explanation, Probability, Schemas
from predict.settings import Settings

Scalar = str | float | bool


class Record(Exactly):
    label: Label
    probability: Annotated[Probability, Field(description="Of positive.")]
    warnings: list[Warning]
    explanation: Annotated[Explanation, Field(description="Only where it was asked for.")] = None  # type: ignore[assignment]


class Options(Exactly):
    threshold: Annotated[Probability, Field(description="Positive from this probability up.")] = 0.5
    uncertain: tuple[Probability, Probability] | None = None
    explain: bool = False


class OutputParameters(Exactly):
    binary_data: bool = False
    content_type: Literal["str"] = "str"


class RequestedOutput(BaseModel):
    name: Literal["label", "probability", "probabilities", "warnings", "explanation"]
    parameters: OutputParameters | None = None


class InputParameters(Exactly):
    content_type: Literal["str"] = "str"


class InferenceParameters(Exactly):
    threshold: Probability = 0.5
    binary_data_output: bool = False
    content_type: Literal["str"] = "str"


class OutputTensor(Exactly):
    name: str
    shape: list[int]
    datatype: Literal["BYTES", "FP64"]
    data: list[str] | list[float]
    parameters: Annotated[dict[str, Scalar], Field(default_factory=dict)]


class InferenceResponse(BaseModel):
    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    model_name: str
    model_version: str
    id: str = ""
    outputs: list[OutputTensor]


class TextError(Exactly):
    error: str


class Predictions(Exactly):
    predictions: list[Record]
    explanations: Annotated[
        list[Explanation],
        Field(default_factory=list, description="Only where they were asked for."),
    ]


class VertexPredictions(BaseModel):
    model_config = ConfigDict(extra="forbid", protected_namespaces=())

    predictions: list[Record]
    model: str
    modelVersionId: str  # noqa: N815 Google's name


class GoogleStatus(Exactly):
    code: int
    message: str
    status: str


class GoogleError(Exactly):
    error: GoogleStatus


class InvocationError(Exactly):
    error_code: str
    message: str


class AzureCode(Exactly):
    code: str
    message: str


class AzureError(Exactly):
    error: AzureCode


class Records(RootModel[list[Record]]):
    pass


class Score(Exactly):
    label: str
    score: float


class Scores(RootModel[list[list[Score]]]):
    pass


class ClassificationParameters(Exactly):
    top_k: Annotated[int | None, Field(ge=1, description="How many labels, null for all.")] = None
    function_to_apply: Literal["softmax", "sigmoid", "none"] | None = None


def inference_v2(settings: Settings) -> Schemas:
    """Within the limits that are set."""

    class InputTensor(BaseModel):
        name: str
        shape: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1, max_length=2)]
        datatype: Literal["BYTES"]
        data: _many(settings)  # type: ignore[valid-type]
        parameters: InputParameters | None = None

    class InferenceRequest(BaseModel):
        model_config = ConfigDict(extra="forbid", protected_namespaces=())

        id: Annotated[str | None, Field(description="Sent back with the answer.")] = None
        parameters: InferenceParameters | None = None
        inputs: Annotated[list[InputTensor], Field(min_length=1, max_length=1)]
        outputs: list[RequestedOutput] | None = None
        model_name: Any = None
        model_version: Any = None

    return Schemas(InferenceRequest, InferenceResponse, TextError)


def kserve_v1(settings: Settings) -> Schemas:
    """Within the limits that are set."""
    return Schemas(_instances(settings), Predictions, TextError)


def vertex(settings: Settings) -> Schemas:
    """Within the limits that are set."""
    return Schemas(_instances(settings), VertexPredictions, GoogleError)


def sagemaker(settings: Settings) -> Schemas:
    """Within the limits that are set."""

    class Invocation(Exactly):
        params: Options | None = None

    class Column(Exactly):
        text: _many(settings)  # type: ignore[valid-type]

    class Inputs(Invocation):
        inputs: _many(settings) | _text(settings) | Column  # type: ignore[valid-type]

    class Instances(Invocation):
        instances: _many(settings)  # type: ignore[valid-type]

    class DataframeSplit(Invocation):
        dataframe_split: Table

    class Row(BaseModel):
        """A text in the column `text`; the other columns are not read."""

        model_config = ConfigDict(extra="allow")

        text: _item(settings)  # type: ignore[valid-type]

    one = Annotated[dict[str, _item(settings)], Field(min_length=1, max_length=1)]  # type: ignore[misc, valid-type]

    class OneColumn(RootModel[one]):  # type: ignore[valid-type]
        pass

    class DataframeRecords(Invocation):
        dataframe_records: Annotated[list[Row | OneColumn], Field(max_length=settings.max_texts)]

    class InvocationRequest(RootModel[Inputs | Instances | DataframeSplit | DataframeRecords]):
        pass

    return Schemas(InvocationRequest, Predictions, InvocationError)


def azure(settings: Settings) -> Schemas:
    """Within the limits that are set."""

    class Data(Exactly):
        data: _many(settings) | Table  # type: ignore[valid-type]
        params: Options | None = None

    class InputData(Exactly):
        input_data: _many(settings) | Table  # type: ignore[valid-type]
        params: Options | None = None

    class ScoreRequest(RootModel[Data | InputData]):
        pass

    return Schemas(ScoreRequest, Records, AzureError)


def hugging_face(settings: Settings) -> Schemas:
    """Within the limits that are set."""

    class ClassificationRequest(Exactly):
        inputs: _text(settings) | _many(settings)  # type: ignore[valid-type]
        parameters: ClassificationParameters | None = None

    return Schemas(ClassificationRequest, Scores, TextError)


class Table(BaseModel):
    """A table of pandas with a column `text`, or with one column."""

    columns: list[Any]
    data: list[list[Any]]


def _instances(settings: Settings) -> type[BaseModel]:
    class InstancesRequest(Exactly):
        instances: _many(settings)  # type: ignore[valid-type]
        parameters: Options | None = None

    return InstancesRequest


def _text(settings: Settings) -> Any:
    return Annotated[str, Field(max_length=settings.max_characters)]


def _many(settings: Settings) -> Any:
    return Annotated[list[_item(settings)], Field(max_length=settings.max_texts)]  # type: ignore[misc]


def _item(settings: Settings) -> Any:
    """A text, as an element of a list may have it."""

    class TextObject(BaseModel):
        """An object of a text; its other members are not read."""

        model_config = ConfigDict(extra="allow")

        text: _text(settings)  # type: ignore[valid-type]

    text = _text(settings)
    row = Annotated[list[text], Field(min_length=1, max_length=1)]  # type: ignore[valid-type]
    return text | TextObject | row
