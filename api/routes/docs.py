"""The interactive description of the API at /docs, without anything fetched from elsewhere.

Swagger UI comes from the package fastapi-offline, of which only the two files are used: an office network without
a way out shows the page all the same.
"""

from importlib import resources

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)
_FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tinh Gọn API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null, tryItOutEnabled: true,
  syntaxHighlight: false, defaultModelsExpandDepth: 0,
});
"""


@router.get("/docs")
async def docs() -> HTMLResponse:
    """Show the API and let people try it."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


@router.get("/docs/start.js")
async def start() -> Response:
    """Return the script that starts Swagger UI."""
    return Response(_START, media_type="text/javascript")


@router.get("/docs/swagger-ui-bundle.js")
def script() -> Response:
    """Return the program of Swagger UI."""
    return _file("swagger-ui-bundle.js")


@router.get("/docs/swagger-ui.css")
def style() -> Response:
    """Return the look of Swagger UI."""
    return _file("swagger-ui.css")


def _file(name: str) -> Response:
    content = resources.files("fastapi_offline").joinpath("static", name).read_bytes()
    return Response(content, media_type=_FILES[name], headers={"Cache-Control": "max-age=86400"})
