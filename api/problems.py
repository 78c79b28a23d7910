"""What can go wrong with a request: each kind of problem once, with its words in English and in Vietnamese.

Every error leaves the service as an RFC 9457 problem; HTTP statuses are given here and nowhere else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.accept import preferred

MEDIA_TYPE = "application/problem+json"
ADDRESS = "/problems/"
RETRY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; `detail` and `detail_vi` are templates that the values of a case are put into."""

    name: str
    status: int
    title: str
    title_vi: str
    detail: str
    detail_vi: str

    @property
    def type(self) -> str:
        """The `type` of the problem: an address of this service that explains it."""
        return ADDRESS + self.name


MALFORMED_BATCH = Kind(
    "malformed-batch",
    400,
    "The batch is not a JSON array",
    "Lô sự kiện không phải là một mảng JSON",
    "none of the batch was taken in: {reason}; send a JSON array of CloudEvents",
    "không nhận sự kiện nào trong lô: {reason}; hãy gửi một mảng JSON gồm các CloudEvents",
)
UNKNOWN_ADDRESS = Kind(
    "unknown-address",
    404,
    "There is nothing at this address",
    "Không có gì ở địa chỉ này",
    "{path} is no address of this service; /docs lists all of them",
    "{path} không phải là địa chỉ của dịch vụ này; xem danh sách tại /docs",
)
UNKNOWN_PROCEDURE = Kind(
    "unknown-procedure",
    404,
    "The procedure is unknown",
    "Không có thủ tục này",
    "no event of a procedure with the code {code} was taken in yet; /v1/procedures lists the known ones",
    "chưa nhận được sự kiện nào của thủ tục có mã {code}; xem các thủ tục đã biết tại /v1/procedures",
)
UNKNOWN_DOSSIER = Kind(
    "unknown-dossier",
    404,
    "The dossier is unknown",
    "Không có hồ sơ này",
    "no event of this dossier was taken in yet; check its code, or its pseudonym",
    "chưa nhận được sự kiện nào của hồ sơ này; hãy kiểm tra lại mã hồ sơ hoặc mã giả danh của hồ sơ",
)
UNKNOWN_UNIT = Kind(
    "unknown-unit",
    404,
    "The unit is unknown",
    "Không có đơn vị này",
    "no dossier that the unit {code} received was mined yet; units are named as events name them",
    "chưa có hồ sơ nào do đơn vị {code} tiếp nhận; hãy ghi tên đơn vị đúng như trong sự kiện",
)
UNKNOWN_OPPORTUNITY = Kind(
    "unknown-opportunity",
    404,
    "There is no such opportunity",
    "Không có cơ hội cải tiến này",
    "{id} is no opportunity, or none any more; /v1/opportunities lists what is found now",
    "{id} không phải hoặc không còn là cơ hội cải tiến; xem danh sách hiện nay tại /v1/opportunities",
)
NOT_COMPARED = Kind(
    "not-compared",
    404,
    "The dossier was not compared",
    "Hồ sơ chưa được đối chiếu",
    "the dossier is not accepted yet, has no completed step, or no usable process was in force for it, or comparing"
    " goes on; /v1/status and docs/conformance.md say more",
    "hồ sơ chưa được tiếp nhận, chưa xong bước nào, không có quy trình dùng được, hoặc đang đối chiếu; xem /v1/status"
    " và docs/conformance.md",
)
NO_APPROVED_PROCESS = Kind(
    "no-approved-process",
    404,
    "There is no such approved process",
    "Không có quy trình được duyệt này",
    "{reason}",
    "không có quy trình được duyệt để hiển thị: {reason}",
)
UNKNOWN_TRIAL = Kind(
    "unknown-trial",
    404,
    "The trial is unknown",
    "Không có lần thử này",
    "{id} is no trial of this service, or it is kept no more; ask for it again with POST /v1/what-if",
    "{id} không phải là lần thử của dịch vụ này hoặc đã bị xóa; hãy gửi lại bằng POST /v1/what-if",
)
TOO_MANY_TRIALS = Kind(
    "too-many-trials",
    503,
    "Too many trials are waiting",
    "Có quá nhiều lần thử đang chờ",
    "{most} trials are waiting or running, the limit; try again in a while, or stop one with DELETE",
    "đã có {most} lần thử đang chờ hoặc đang chạy, là mức tối đa; hãy thử lại sau hoặc dừng bớt bằng DELETE",
)
NO_MODEL = Kind(
    "no-model",
    404,
    "There is nothing to make a model of",
    "Không có dữ liệu để lập mô hình",
    "no dossier of the procedure {code} in this slice has a completed step; choose a wider slice",
    "không có hồ sơ nào của thủ tục {code} trong phạm vi này có bước đã hoàn thành; hãy chọn phạm vi rộng hơn",
)
METHOD_NOT_ALLOWED = Kind(
    "method-not-allowed",
    405,
    "The address does not take this method",
    "Địa chỉ này không nhận phương thức đó",
    "{path} does not take {method}; it takes {allowed}",
    "{path} không nhận {method}; chỉ nhận {allowed}",
)
BODY_TOO_LARGE = Kind(
    "body-too-large",
    413,
    "The request is too large",
    "Yêu cầu quá lớn",
    "the body has more than {limit_mb} MB, the limit (TINHGON_MAX_BODY_MB); send the events in several batches",
    "nội dung vượt quá giới hạn {limit_mb} MB (TINHGON_MAX_BODY_MB); hãy chia sự kiện thành nhiều lô",
)
UNKNOWN_HOST = Kind(
    "unknown-host",
    421,
    "The service does not answer to this name",
    "Dịch vụ không nhận tên miền này",
    "the request is addressed to {host}, which is none of this service's names; if it is, add it to "
    "TINHGON_ALLOWED_HOSTS",
    "yêu cầu gửi tới {host}, không phải tên của dịch vụ; nếu đúng là tên của dịch vụ, hãy thêm vào "
    "TINHGON_ALLOWED_HOSTS",
)
UNSUPPORTED_CONTENT_TYPE = Kind(
    "unsupported-content-type",
    415,
    "The content type is not that of a CloudEvent",
    "Kiểu nội dung không phải là CloudEvent",
    "the content type is {given!r}; send application/cloudevents+json, application/cloudevents-batch+json, or "
    "application/json together with ce-specversion, ce-id, ce-source, ce-type, ce-subject and ce-time headers",
    "kiểu nội dung là {given!r}; hãy gửi application/cloudevents+json, application/cloudevents-batch+json, hoặc "
    "application/json kèm các tiêu đề ce-specversion, ce-id, ce-source, ce-type, ce-subject và ce-time",
)
INVALID_REQUEST = Kind(
    "invalid-request",
    422,
    "The request cannot be understood",
    "Yêu cầu không hợp lệ",
    "{what}",
    "tham số không hợp lệ: {what}",
)
EVENTS_REJECTED = Kind(
    "events-rejected",
    422,
    "No event can be used",
    "Không sự kiện nào dùng được",
    "none of {count} events was taken in; the first: {reason}",
    "không nhận được sự kiện nào trong số {count} sự kiện; lỗi đầu tiên: {reason}",
)
CATALOGUE_REJECTED = Kind(
    "catalogue-rejected",
    422,
    "The catalogue was not taken over",
    "Không nạp được danh mục",
    "{faults} of {count} messages cannot be used, and nothing was taken over; the first: {reason}",
    "{faults} trong số {count} thông điệp không dùng được nên không nạp gì; lỗi đầu tiên: {reason}",
)
INTERNAL_ERROR = Kind(
    "internal-error",
    500,
    "The service failed",
    "Dịch vụ gặp lỗi",
    "the request failed by a fault of the service; report the instance, the log tells more about it",
    "yêu cầu thất bại do lỗi của dịch vụ; hãy báo mã instance, nhật ký dịch vụ có chi tiết",
)
BROKER_UNAVAILABLE = Kind(
    "broker-unavailable",
    503,
    "Kafka cannot be reached",
    "Không kết nối được Kafka",
    "the events were not acknowledged; send them again in a while, repeats are recognised ({reason})",
    "sự kiện chưa được xác nhận; hãy gửi lại sau ít phút, sự kiện trùng sẽ được nhận ra ({reason})",
)
STORE_UNAVAILABLE = Kind(
    "store-unavailable",
    503,
    "The store cannot be used",
    "Không dùng được kho dữ liệu",
    "the store cannot be used now; try again in a while, repeated events are recognised ({reason})",
    "hiện không dùng được kho dữ liệu; hãy thử lại sau ít phút, sự kiện trùng sẽ được nhận ra ({reason})",
)
FINDING_UNAVAILABLE = Kind(
    "finding-unavailable",
    503,
    "The finding could not be made",
    "Không lập được kết quả",
    "{reason}",
    "không lập được kết quả: {reason}",
)
NOT_READY = Kind(
    "not-ready",
    503,
    "The service is not ready",
    "Dịch vụ chưa sẵn sàng",
    "{reasons}",
    "dịch vụ chưa sẵn sàng: {reasons}",
)

KINDS = (
    MALFORMED_BATCH,
    UNKNOWN_ADDRESS,
    UNKNOWN_PROCEDURE,
    UNKNOWN_DOSSIER,
    UNKNOWN_UNIT,
    UNKNOWN_OPPORTUNITY,
    NOT_COMPARED,
    NO_APPROVED_PROCESS,
    UNKNOWN_TRIAL,
    TOO_MANY_TRIALS,
    NO_MODEL,
    METHOD_NOT_ALLOWED,
    BODY_TOO_LARGE,
    UNKNOWN_HOST,
    UNSUPPORTED_CONTENT_TYPE,
    INVALID_REQUEST,
    EVENTS_REJECTED,
    CATALOGUE_REJECTED,
    INTERNAL_ERROR,
    BROKER_UNAVAILABLE,
    STORE_UNAVAILABLE,
    FINDING_UNAVAILABLE,
    NOT_READY,
)


class ProblemError(Exception):
    """Ends a request with a problem: `values` fill its words, `members` stand beside them in the document."""

    def __init__(self, kind: Kind, *, members: Mapping[str, Any] | None = None, **values: object) -> None:
        super().__init__(kind.detail.format(**values))
        self.kind = kind
        self.members = members or {}
        self.values = values


def language_of(request: Request) -> str:
    """Return `vi` or `en`, whichever the request prefers by Accept-Language; English when it names neither."""
    return preferred(re.sub(r"-\w+", "", request.headers.get("accept-language", "")), "en", "vi")


def document(request: Request, problem: ProblemError, *, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a problem as the response to a request, in the language that the request asks for."""
    kind, spoken = problem.kind, language_of(request)
    title, detail = (kind.title_vi, kind.detail_vi) if spoken == "vi" else (kind.title, kind.detail)
    body = {"type": kind.type, "title": title, "status": kind.status, "detail": detail.format(**problem.values)}
    body |= _named(request)
    extra = {"Content-Language": spoken, "Vary": "Accept-Language"}
    if kind.status == HTTPStatus.SERVICE_UNAVAILABLE:
        extra["Retry-After"] = str(RETRY_SECONDS)
    return JSONResponse({**body, **problem.members}, kind.status, {**extra, **(headers or {})}, MEDIA_TYPE)


async def on_problem(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that ended with a ProblemError."""
    if not isinstance(error, ProblemError):
        raise error
    return document(request, error)


async def on_mining_error(request: Request, error: Exception) -> JSONResponse:
    """Answer a request for a finding that mining could not make: too large, too slow."""
    return document(request, ProblemError(FINDING_UNAVAILABLE, reason=error))


async def on_store_error(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that came when the store had failed, or was closed already."""
    return document(request, ProblemError(STORE_UNAVAILABLE, reason=str(error).partition("\n")[0]))


async def on_invalid(request: Request, error: Exception) -> JSONResponse:
    """Answer a request whose parameters FastAPI refused; what was sent is not repeated."""
    if not isinstance(error, RequestValidationError):
        raise error
    faults = [
        {
            "in": str(one["loc"][0]),
            "name": ".".join(map(str, one["loc"][1:])),
            "detail": one["msg"].removeprefix("Value error, "),
        }
        for one in error.errors()
    ]
    what = "; ".join(f"{one['name']} ({one['in']}): {one['detail']}" for one in faults)
    return document(request, ProblemError(INVALID_REQUEST, members={"errors": faults}, what=what))


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that the framework itself refused: an unknown address, a wrong method."""
    if not isinstance(error, HTTPException):
        raise error
    path, headers = request.url.path, dict(error.headers or {})
    if error.status_code == HTTPStatus.NOT_FOUND:
        return document(request, ProblemError(UNKNOWN_ADDRESS, path=path))
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = headers.get("Allow", "another method")
        problem = ProblemError(METHOD_NOT_ALLOWED, path=path, method=request.method, allowed=allowed)
        return document(request, problem, headers=headers)
    title = HTTPStatus(error.status_code).phrase
    body = {"type": "about:blank", "title": title, "status": error.status_code, "detail": error.detail}
    return JSONResponse({**body, **_named(request)}, error.status_code, headers, MEDIA_TYPE)


def _named(request: Request) -> dict[str, str]:
    """The id of the request, by which the log tells of it."""
    named = request.scope.get("request_id")
    return {"request_id": named} if named else {}
