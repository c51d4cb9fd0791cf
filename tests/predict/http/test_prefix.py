import pytest

from predict.http import prefix


@pytest.mark.parametrize(
    ("path", "below"),
    [
        ("/prod/predict", "/predict"),
        ("/prod/", "/"),
        ("/prod", "/"),
        ("/production", "/production"),
        ("/production/predict", "/production/predict"),
        ("/Prod/predict", "/Prod/predict"),
        ("/predict", "/predict"),
        ("/predict/prod", "/predict/prod"),
        ("/prod/prod/predict", "/prod/predict"),
        ("", ""),
    ],
)
def test_only_a_whole_name_in_front_is_taken_away(path: str, below: str) -> None:
    assert prefix.strip(path, "/prod") == below


@pytest.mark.parametrize(
    ("resource", "parameters", "path", "route"),
    [
        ("/{proxy+}", {"proxy": "predict"}, "/predict", "/predict"),
        ("/{proxy+}", {"proxy": "predict"}, "/mood/predict", "/predict"),
        ("/{proxy+}", {"proxy": "/predict"}, "/mood/predict", "/predict"),
        ("/{proxy+}", {"proxy": "predict"}, "/mood/v2/predict", "/predict"),
        ("/{proxy+}", {"proxy": "api/v1/predict"}, "/api/api/v1/predict", "/api/v1/predict"),
        ("/{proxy+}", {"proxy": "predict"}, "/predict/predict", "/predict"),
        ("/{proxy+}", {"proxy": "docs/swagger-ui.css"}, "/mood/docs/swagger-ui.css", "/docs/swagger-ui.css"),
        ("/{proxy+}", {"proxy": "predict"}, "/moodpredict", "/moodpredict"),
        ("/{proxy+}", None, "/predict", "/predict"),
        ("/{anything+}", {"anything": "predict"}, "/mood/predict", "/predict"),
        ("/api/{proxy+}", {"proxy": "v1/predict"}, "/mood/api/v1/predict", "/api/v1/predict"),
        ("/api/{version}/predict", {"version": "v1"}, "/mood/api/v1/predict", "/api/v1/predict"),
        ("/predict", None, "/mood/predict", "/predict"),
        ("/", None, "/", "/"),
        ("/", None, "/mood", "/"),
        ("/", None, "/mood/", "/"),
    ],
)
def test_a_resource_says_what_is_in_front_of_it(
    resource: str, parameters: dict[str, str] | None, path: str, route: str
) -> None:
    event = {"resource": resource, "pathParameters": parameters, "requestContext": {"stage": "mood"}}
    assert prefix.find_route(event, path) == route


@pytest.mark.parametrize(
    ("key", "parameters", "stage", "path", "route"),
    [
        ("$default", None, "$default", "/predict", "/predict"),
        ("$default", None, "prod", "/prod/predict", "/predict"),
        ("$default", None, "prod", "/prod", "/"),
        ("$default", None, "prod", "/production/predict", "/production/predict"),
        ("$default", None, "api", "/api/api/v1/predict", "/api/v1/predict"),
        ("ANY /{proxy+}", {"proxy": "predict"}, "prod", "/prod/predict", "/predict"),
        ("ANY /{proxy+}", {"proxy": "api/v1/predict"}, "api", "/api/v1/predict", "/api/v1/predict"),
        ("POST /predict", None, "prod", "/prod/predict", "/predict"),
        ("GET /", None, "prod", "/prod/", "/"),
    ],
)
def test_an_http_api_has_its_stage_in_front(
    key: str, parameters: dict[str, str] | None, stage: str, path: str, route: str
) -> None:
    event = {
        "version": "2.0",
        "routeKey": key,
        "pathParameters": parameters,
        "requestContext": {"stage": stage, "http": {"path": path}},
    }
    assert prefix.find_route(event, path) == route


@pytest.mark.parametrize(
    ("resource", "parameters", "path", "route"),
    [
        ("$default", None, "/prod/predict", "/predict"),
        ("/{proxy+}", {"proxy": "predict"}, "/prod/predict", "/predict"),
        ("/predict", None, "/prod/predict", "/predict"),
    ],
)
def test_an_http_api_with_the_older_payload_has_its_stage_in_front_too(
    resource: str, parameters: dict[str, str] | None, path: str, route: str
) -> None:
    event = {
        "version": "1.0",
        "resource": resource,
        "path": path,
        "pathParameters": parameters,
        "requestContext": {"stage": "prod", "path": path},
    }
    assert prefix.find_route(event, path) == route


@pytest.mark.parametrize(
    "changes",
    [
        {"pathParameters": ["proxy"]},
        {"pathParameters": {"proxy": 5}},
        {"resource": 5},
        {"requestContext": []},
    ],
)
def test_a_broken_event_is_an_error_that_the_gateway_knows(changes: dict[str, object]) -> None:
    event = {"version": "2.0", "routeKey": "$default", "requestContext": {"stage": "prod"}, **changes}
    if "pathParameters" in changes:
        event["resource"] = "/{proxy+}"
    with pytest.raises((AttributeError, TypeError)):
        prefix.find_route(event, "/predict")
