"""The words of reports in Vietnamese and English, and numbers and durations as each language writes them."""

from bisect import bisect
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from api.settings import Language

_WORDS = {
    "dossiers": ("hồ sơ", "dossiers"),
    "events": ("sự kiện", "events"),
    "activities": ("hoạt động", "activities"),
    "variants": ("biến thể", "variants"),
    "procedures": ("thủ tục", "procedures"),
    "procedure": ("Thủ tục", "Procedure"),
    "period": ("từ {first} đến {last}", "from {first} to {last}"),
    "edges_title": ("Thời gian trôi qua nhiều nhất giữa hai bước", "Most time passes between these steps"),
    "source": ("Sau khi xong", "After"),
    "target": ("đến khi xong", "until"),
    "frequency": ("Số lần", "Times"),
    "mean": ("Trung bình", "Mean"),
    "median": ("Trung vị", "Median"),
    "p90": ("90 % không quá", "90 % within"),
    "share": ("Tỷ trọng thời gian", "Share of time"),
    "variants_title": ("Đường đi thường gặp nhất", "Most frequent paths"),
    "path": ("Đường đi", "Path"),
    "rework_title": ("Làm lại", "Rework"),
    "activity": ("Hoạt động", "Activity"),
    "repetitions": ("Số lần làm lại", "Repetitions"),
    "in_dossiers": ("Trong số hồ sơ", "In dossiers"),
    "elapsed_note": (
        "Thời gian trôi qua tính cả đêm, ngày nghỉ; từ lúc hoàn thành bước trước đến lúc hoàn thành bước sau.",
        "Elapsed time, nights and days off included; from one completion to the next.",
    ),
    "rejected": ("{number} dòng không dùng được", "{number} rows could not be used"),
    "row": ("dòng {number}", "row {number}"),
    "more": ("… và {number} mục nữa (xem --json)", "… and {number} more (see --json)"),
    "dropped_starts": (
        "{number} bước có thời điểm bắt đầu sau khi kết thúc; thời điểm bắt đầu đó bị bỏ qua",
        "{number} steps start after their end; their start was left out",
    ),
    "nothing": (
        "Không có hoạt động nào hoàn thành trong tệp này.",
        "No activity is completed in this log.",
    ),
    "approved": (
        "Quy trình đã phê duyệt: phiên bản {version}, {decision}, thời hạn {limit}",
        "Approved process: version {version}, {decision}, limit {limit}",
    ),
    "hours": ("giờ làm việc", "working hours"),
    "working_days": ("ngày làm việc", "working days"),
    "calendar_days": ("ngày", "calendar days"),
    "hours_number": ("{number} giờ", "{number} h"),
    "time_title": ("Ai giữ hồ sơ, bình quân một hồ sơ", "Who held the dossiers, per dossier"),
    "holder": ("Bên giữ", "Held by"),
    "agency": ("Cơ quan", "Agency"),
    "citizen": ("Công dân", "Citizen"),
    "suspended": ("Tạm dừng", "Suspended"),
    "total": ("Tổng", "Total"),
    "mean_working": ("Trong giờ làm việc", "In office hours"),
    "calendars": ("Lịch làm việc: {versions}", "Office hours: {versions}"),
    "worktime": (
        "{working} giờ làm việc ({days} ngày làm việc), trong {elapsed} giờ trôi qua; lịch {calendar}",
        "{working} working hours ({days} working days) in {elapsed} elapsed hours; calendar {calendar}",
    ),
    "saved_nominal": (
        "{reengineered} trên {procedures} thủ tục được tái cấu trúc: giảm {nominal} giờ theo quy định",
        "{reengineered} of {procedures} procedures re-engineered: {nominal} h nominal",
    ),
    "saved_realised": (
        "; thực tế giảm {realised} giờ{interval} với {dossiers} hồ sơ so sánh được, tính đến {as_of}",
        "; {realised} h realised{interval} with {dossiers} dossiers that can be compared, up to {as_of}",
    ),
    "saved_interval": (" (khoảng tin cậy 95 %: {low} đến {high})", " (95 % interval {low} to {high})"),
    "saved_nothing": (
        "; chưa có hồ sơ nào so sánh được, tính đến {as_of}",
        "; no dossier can be compared yet, up to {as_of}",
    ),
    "saved_percent": (
        "Giảm bình quân {mean} % mỗi thủ tục, {weighted} % tính theo trọng số thời hạn",
        "Cut by {mean} % on average of the procedures, by {weighted} % weighted by their limits",
    ),
    "potential_hours": (
        "Còn có thể tiết kiệm {hours} giờ mỗi năm{interval}: xem các cơ hội cải tiến",
        "{hours} h a year could still be saved{interval}: see the opportunities",
    ),
    "potential_h": ("Còn có thể (giờ/năm)", "Potential (h/year)"),
    "saved_by_field": ("Theo lĩnh vực", "By field"),
    "saved_most": ("Tiết kiệm nhiều nhất", "Saved most"),
    "lost_most": ("Chậm đi nhiều nhất", "Lost most"),
    "field": ("Lĩnh vực", "Field"),
    "not_known": ("(không rõ)", "(not known)"),
    "taken_in": ("Hồ sơ", "Dossiers"),
    "compared": ("Hồ sơ so sánh", "Compared"),
    "nominal_h": ("Theo quy định (giờ)", "Nominal (h)"),
    "volume_h": ("x số hồ sơ (giờ)", "x dossiers (h)"),
    "realised_h": ("Thực tế (giờ)", "Realised (h)"),
    "per_dossier": ("Giờ mỗi hồ sơ", "h a dossier"),
    "interval": ("Khoảng tin cậy 95 %", "95 % interval"),
    "realised": ("có giảm thực tế", "realised"),
    "regressed": ("chậm đi", "regressed"),
    "no_evidence": ("chưa có bằng chứng", "no evidence"),
    "too_few_dossiers": ("quá ít hồ sơ", "too few dossiers"),
    "saved_seed": (
        "Khoảng tin cậy: {replicates} lần lấy mẫu lại theo cụm, số khởi tạo {seed}",
        "Intervals: {replicates} replicates of a cluster bootstrap, seed {seed}",
    ),
    "cost_saved": (
        "{procedures} thủ tục được đơn giản hóa: tiết kiệm {saved} mỗi năm{percent}",
        "{procedures} procedures simplified: {saved} a year saved{percent}",
    ),
    "cost_by_plan": (" theo số lượt của kế hoạch", " by the runs of the plan"),
    "cost_changed": (
        "{procedures} thủ tục có quy trình mới: tiết kiệm {saved} mỗi năm{percent}",
        "{procedures} procedures with a new process: {saved} a year saved{percent}",
    ),
    "cost_and": ("; {saved}{percent}", "; {saved}{percent}"),
    "cost_percent": (" ({percent} %)", " ({percent} %)"),
    "cost_by_log": (
        " theo {runs} lượt mỗi năm của nhật ký, tính đến {as_of}",
        " by the {runs} runs a year of the log, up to {as_of}",
    ),
    "cost_nothing": (
        "Chưa tính được chi phí tuân thủ: {procedures} thủ tục thay đổi, tính đến {as_of}",
        "No compliance cost can be computed: {procedures} procedures changed, up to {as_of}",
    ),
    "million_vnd": ("{amount} triệu đồng", "{amount} million VND"),
    "billion_vnd": ("{amount} tỷ đồng", "{amount} billion VND"),
    "cost_title": (
        "Chi phí tuân thủ: một lượt (đồng, và căn cứ), lượt mỗi năm và tiết kiệm mỗi năm (triệu đồng)",
        "Compliance cost: of a run (VND, and its basis), runs a year and saved a year (million VND)",
    ),
    "run_before": ("Trước", "Before"),
    "run_after": ("Sau", "After"),
    "run_basis": ("Căn cứ", "Basis"),
    "plan": ("kế hoạch", "plan"),
    "log": ("nhật ký", "log"),
    "plan_runs": ("Lượt KH", "Plan runs"),
    "plan_saved": ("Giảm", "Saved"),
    "log_runs": ("Lượt NK", "Log runs"),
    "log_saved": ("Giảm", "Saved"),
    "cost_counted": (
        "Lượt của nhật ký: {dossiers} hồ sơ tiếp nhận từ {first} đến {last} ({days} ngày) x 365 / {days}",
        "Runs of the log: {dossiers} dossiers taken in from {first} to {last} ({days} days) x 365 / {days}",
    ),
    "assumptions": ("Giả định", "Assumptions"),
    "cost_source": ("Nguồn: {source}", "Source: {source}"),
    "cost_income": ("Thu nhập một giờ (đồng): {incomes}", "Income per hour (VND): {incomes}"),
    "cost_income_year": ("Mọi thủ tục tính theo thu nhập năm {year}", "All procedures at the income of {year}"),
    "cost_dossier": (
        "Khi không có chi phí theo kế hoạch, một hồ sơ: chuẩn bị {preparing_hours} giờ; số lần đi lại: {visits}, mỗi"
        " lần {visit_hours} giờ và {travel_cost} đồng; mỗi lần bổ sung {supplement_hours} giờ; bản sao {copies_cost}"
        " đồng; phí, lệ phí {fees} đồng",
        "Where the plan gives no cost, a dossier: {preparing_hours} h to prepare; visits: {visits}, each {visit_hours}"
        " h and {travel_cost} VND; {supplement_hours} h a request for papers; copies {copies_cost} VND; fees {fees}"
        " VND",
    ),
    "cost_planned": ("{procedure}: {said}", "{procedure}: {said}"),
    "cost_planned_runs": ("{runs} lượt mỗi năm x {subjects} đối tượng", "{runs} runs a year x {subjects} subjects"),
    "cost_planned_before": ("trước {run}", "before {run}"),
    "cost_planned_after": ("sau {run}", "after {run}"),
    "cost_planned_run": (
        "{hours} giờ, đi lại {travel}, bản sao {copies}, tư vấn {consultant}, phí và lệ phí {fees}",
        "{hours} h, travel {travel}, copies {copies}, consultant {consultant}, fees {fees}",
    ),
    "channel_counter": ("trực tiếp", "counter"),
    "channel_online": ("trực tuyến", "online"),
    "channel_postal": ("bưu chính", "postal"),
    "waiting_title": (
        "Vì sao hồ sơ phải chờ (hiệu suất thời gian {cte}; lô theo quy tắc {rule})",
        "Why dossiers wait (cycle-time efficiency {cte}; batches by the rule {rule})",
    ),
    "cause": ("Nguyên nhân", "Cause"),
    "batching": ("Chờ gom lô", "Batching"),
    "contention": ("Chờ tới lượt", "Contention"),
    "prioritization": ("Bị vượt lượt", "Prioritization"),
    "unavailability": ("Ngoài giờ làm việc", "Unavailability"),
    "extraneous": ("Nguyên nhân khác", "Extraneous"),
    "waited_h": ("Đã chờ (giờ)", "Waited (h)"),
    "waited_working_h": ("Trong giờ làm việc (giờ)", "In office hours (h)"),
    "cte_gain": ("Hiệu suất tăng nếu bỏ", "Efficiency gained without it"),
    "transitions_title": ("Chờ nhiều nhất giữa hai bước", "Most is waited between these steps"),
    "from_step": ("Sau", "After"),
    "to_step": ("trước", "before"),
    "main_cause": ("Nguyên nhân chính", "Main cause"),
    "estimated_starts": ("Thời điểm bắt đầu ước tính", "Estimated starts"),
    "intake_of_dossier": ("(mở hồ sơ)", "(dossier opened)"),
    "lost_title": (
        "Giờ làm việc bị mất: {lost} giờ mỗi năm (chờ trong giờ làm việc, không tính phần của công dân)",
        "Working hours lost: {lost} h a year (waiting in office hours, without the citizen's part)",
    ),
    "lost_by_post": ("Giờ làm việc bị mất theo vị trí", "Working hours lost by post"),
    "share_lost": ("Tỷ trọng", "Share"),
    "lost_nothing": ("Không mất giờ làm việc nào do chờ đợi.", "No working hours are lost by waiting."),
    "where": ("Ở đâu", "Where"),
    "what": ("Cơ hội", "What"),
    "evidence": ("Bằng chứng", "Evidence"),
    "hours_a_year": ("Giờ/năm", "h a year"),
    "trend": ("Xu hướng", "Trend"),
    "dossiers_title": ("Hồ sơ", "Dossiers"),
    "growing": ("tăng", "growing"),
    "falling": ("giảm", "falling"),
    "steady": ("ổn định", "steady"),
    "unit": ("Đơn vị", "Unit"),
    "units_title": (
        "Đơn vị chậm hơn đơn vị thông thường ở cùng thủ tục, không phải do ngẫu nhiên",
        "Units slower than the usual one at the same procedure, beyond chance",
    ),
    "times_usual": ("Gấp (lần)", "Times the usual"),
    "gap_hours": ("Chênh với nhóm tốt nhất (giờ/năm)", "Gap to the best quarter (h a year)"),
    "opportunities_title": (
        "Có thể đổi gì để hồ sơ nhanh hơn",
        "What could be changed so that dossiers take less time",
    ),
    "opportunities_noise": (
        "Đã xét {looked_at} nơi; {within_noise} nơi không vượt quá ngẫu nhiên hoặc quá nhỏ; {limits} thời hạn có thể"
        " rút ngắn (loại `limit`)",
        "{looked_at} places were looked at; {within_noise} are within chance or too small; {limits} limits could be cut"
        " (kind `limit`)",
    ),
    "written": ("Đã ghi toàn bộ kết quả vào {file}", "All findings were written to {file}"),
}
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_UNITS = {"vi": ("giây", "phút", "giờ", "ngày"), "en": ("s", "min", "h", "d")}
_SIZES = (1, 60, 3600, 86_400)


class Wording:
    """Says things in one language."""

    def __init__(self, language: Language) -> None:
        self._place = 0 if language is Language.VI else 1
        self._language = language

    @property
    def language(self) -> Language:
        """The language."""
        return self._language

    def say(self, what: str, **values: object) -> str:
        """Return a phrase with its values filled in; an unknown phrase is a KeyError."""
        return _WORDS[what][self._place].format(**values)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with thousands and decimals as the language writes them: 1.234,5 or 1,234.5."""
        text = f"{value:,.{digits}f}"
        return text.translate(str.maketrans(",.", ".,")) if self._language is Language.VI else text

    def exact(self, value: Decimal) -> str:
        """Return a decimal with all digits that it has, as the language writes numbers."""
        plain = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
        text = f"{plain:,f}"
        return text.translate(str.maketrans(",.", ".,")) if self._language is Language.VI else text

    def day(self, at: datetime) -> str:
        """Return the day of an instant in Viet Nam, as both languages write it here: 31/12/2024."""
        return f"{at.astimezone(_ZONE):%d/%m/%Y}"

    def duration(self, seconds: float) -> str:
        """Return a duration in the unit that suits its size, with one decimal from minutes on."""
        place = max(0, bisect(_SIZES, seconds) - 1)
        unit = _UNITS[self._language.value][place]
        return f"{self.number(seconds / _SIZES[place], 0 if place == 0 else 1)} {unit}"
