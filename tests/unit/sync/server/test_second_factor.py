"""Second factors: set up, asked for when a device is paired, used once, and what ends with them."""

from pathlib import Path

import pyotp
import pytest

from deskapp.core.commands.team import ResetSecondFactor
from deskapp.sync.client.problems import HostProblem
from deskapp.sync.pairing.joining import Joined, Myself, pair_by_link
from deskapp.sync.pairing.link import Link
from deskapp.sync.server.refusals import Refused
from deskapp.sync.server.second_factor import PENDING_MS, SecondFactors
from tests.support.desk import WAIT_SECONDS
from tests.support.team_desk import TeamDesk
from tests.support.team_host import MemorySecrets, Served, serving
from tests.support.waiting import wait_for

STEP_MS = 30_000


class Phone:
    """Vera's app, and the host's side of it."""

    def __init__(
        self, team: TeamDesk, factors: SecondFactors, secrets: MemorySecrets | None = None
    ) -> None:
        self.team, self.factors, self.me = team, factors, team.people["Vera"]
        self.secrets = secrets or MemorySecrets()
        self.secret = ""
        self.recovery: tuple[str, ...] = ()

    def code(self, steps: int = 0) -> str:
        now = self.team.desk.clock.now() // 1000
        return pyotp.TOTP(self.secret).at(now + 30 * steps)

    def set_up(self) -> None:
        made = self.factors.begin(self.me)
        self.secret = made.secret
        assert made.uri.startswith("otpauth://totp/deskapp:Vera?secret=" + made.secret)
        self.recovery = self.factors.confirm(self.me, self.code())

    def refusal(self, code: str) -> str:
        with pytest.raises(Refused) as refused:
            self.factors.confirm(self.me, code)
        return refused.value.code


@pytest.fixture
def phone(team: TeamDesk) -> Phone:
    secrets = MemorySecrets()
    return Phone(team, SecondFactors(team.desk.authority, secrets), secrets)


def test_it_is_on_once_a_code_was_seen(phone: Phone) -> None:
    me, clock = phone.me, phone.team.desk.clock
    assert phone.refusal("123456") == "factor_expired"
    assert not phone.factors.state(me).on
    phone.secret = phone.factors.begin(me).secret
    assert phone.refusal("000000" if phone.code() != "000000" else "000001") == "totp_wrong"
    assert phone.refusal("٠١٢٣٤٥") == "totp_wrong"
    assert phone.factors.takes(me, "")  # none is asked for yet
    clock.advance(PENDING_MS)
    assert phone.refusal(phone.code()) == "factor_expired"
    phone.secret = phone.factors.begin(me).secret
    codes = phone.factors.confirm(me, f"{phone.code()[:3]} {phone.code()[3:]}")
    assert len(set(codes)) == 10
    assert phone.factors.state(me).recovery_left == 10
    with pytest.raises(Refused, match="factor_on"):
        phone.factors.begin(me)


def test_a_code_is_good_once_and_around_its_time(phone: Phone) -> None:
    phone.set_up()
    takes, clock = phone.factors.takes, phone.team.desk.clock
    assert not takes(phone.me, phone.code())  # the one that switched it on
    assert not takes(phone.me, phone.code(-1))
    assert takes(phone.me, phone.code(1))  # the telephone is ahead
    assert not takes(phone.me, phone.code(1))
    clock.advance(10 * STEP_MS)
    assert not takes(phone.me, phone.code(2))
    assert not takes(phone.me, phone.code(-2))
    assert takes(phone.me, phone.code(-1))
    assert takes(phone.me, phone.code())
    assert not takes(phone.me, "")


def test_recovery_codes_are_good_once_however_they_are_typed(phone: Phone) -> None:
    phone.set_up()
    first, second, *_ = phone.recovery
    assert phone.factors.takes(phone.me, first.lower().replace("-", " "))
    assert not phone.factors.takes(phone.me, first)
    assert phone.factors.takes(phone.me, second)
    assert phone.factors.state(phone.me).recovery_left == 8
    stored = str(phone.team.desk.sql("SELECT recovery FROM second_factor"))
    assert not any(code in stored or code.replace("-", "") in stored for code in phone.recovery)


def test_what_is_set_up_is_not_forgotten_by_an_earlier_reset(phone: Phone) -> None:
    phone.set_up()
    phone.factors.forget(phone.me)
    assert phone.factors.takes(phone.me, phone.code(1))


def test_guessing_is_slow(phone: Phone) -> None:
    phone.set_up()
    codes = []
    for _ in range(6):
        with pytest.raises(Refused) as refused:
            phone.factors.remove(phone.me, "nonsense")
        codes.append(refused.value.code)
    assert codes == ["totp_wrong"] * 4 + ["rate_limited"] * 2  # one was used in setting it up


def test_it_is_taken_off_by_a_code(phone: Phone) -> None:
    phone.set_up()
    phone.factors.remove(phone.me, phone.recovery[0])
    assert not phone.factors.state(phone.me).on
    assert phone.secrets.values == {}
    assert phone.factors.takes(phone.me, "")


# At the host ------------------------------------------------------------------------------------------------------


def pair(link: Link, password: str = "", totp: str = "") -> Joined | str:
    try:
        return pair_by_link(link, Myself("Portátil", password, totp))
    except HostProblem as problem:
        return problem.code


def test_it_is_asked_for_when_a_device_is_paired(served: Served) -> None:
    team = served.team
    phone, me = Phone(team, served.host.desk.factors), team.people["Vera"]
    phone.set_up()
    served.host.set_password(me, "una frase larga").result(WAIT_SECONDS)
    link = Link.parse(served.host.invite(me).result(WAIT_SECONDS).link)
    team.desk.clock.advance(STEP_MS)
    good = phone.code()
    assert pair(link, "otra", good) == "password_wrong"
    assert pair(link, "una frase larga") == "totp_needed"
    assert pair(link, "una frase larga", "abcdef") == "totp_wrong"
    assert isinstance(pair(link, "una frase larga", good), Joined)
    again = Link.parse(served.host.invite(me).result(WAIT_SECONDS).link)
    tried = [pair(again, "una frase larga", good) for _ in range(5)]  # used already
    assert tried == ["totp_wrong"] * 4 + ["pair_refused"]


@pytest.mark.parametrize("ends", ["password", "reset"])
def test_what_was_paired_by_it_ends_within_five_seconds(served: Served, ends: str) -> None:
    team, me = served.team, served.team.people["Vera"]
    phone = Phone(team, served.host.desk.factors)
    phone.set_up()
    vera, sara = served.line("Vera"), served.line("Sara")
    assert vera.hear()["t"] == sara.hear()["t"] == "ready"
    if ends == "password":
        served.host.set_password(me, "una frase larga").result(WAIT_SECONDS)
    else:
        team.desk.do(ResetSecondFactor(agent_id=me))
    assert served.as_("Vera", "GET", "/v1/hello").code == "revoked"
    assert served.as_("Sara", "GET", "/v1/hello").status == 200
    vera._line.settimeout(5)
    assert vera.hear("closed")["code"] == 4401
    assert phone.factors.state(me).on == (ends == "password")
    for line in (vera, sara):
        line.close()


def test_who_is_no_admin_resets_nobodys(served: Served) -> None:
    team = served.team
    outcome = team.do_as("Sara", ResetSecondFactor(agent_id=team.people["Vera"]))
    assert outcome.rejected is not None
    assert outcome.rejected.code == "not_allowed"


def test_ones_own_over_the_wire(served: Served) -> None:
    def ask(do: str, code: str = "") -> dict[str, object]:
        answer = served.as_("Vera", "POST", "/v1/second-factor", {"do": do, "code": code})
        found: dict[str, object] = answer.json()
        return found

    phone = Phone(served.team, served.host.desk.factors)
    assert ask("state")["on"] is False
    phone.secret = str(ask("begin")["secret"])
    assert ask("confirm", "x")["code"] == "totp_wrong"
    told = ask("confirm", phone.code())
    assert told["on"] is True
    assert len(told["recovery"]) == 10  # type: ignore[arg-type]
    assert served.host.desk.factors.state(served.team.people["Sara"]).on is False
    assert ask("everything")["code"] == "invalid"
    assert served.ask("POST", "/v1/second-factor", {"do": "state"}).code == "revoked"


def test_an_invitation_outlives_the_hosts_process(team: TeamDesk, tmp_path: Path) -> None:
    sara, vera = team.people["Sara"], team.people["Vera"]
    with serving(team, tmp_path / "incoming") as served:
        invited = [served.host.invite(one).result(WAIT_SECONDS) for one in (sara, vera)]
        served.host.withdraw(vera)
        wait_for(lambda: len(team.desk.sql("SELECT 1 FROM invitation")) == 1, "the withdrawal")
    stored = str(team.desk.sql("SELECT * FROM invitation"))
    links = [Link.parse(one.link) for one in invited]
    assert all(link.secret not in stored and one.code not in stored
               for link, one in zip(links, invited, strict=True))  # fmt: skip
    with serving(team, tmp_path / "incoming") as served:
        assert served.host.desk.invitations.find(links[0].secret).agent_id == sara
        for secret, code in ((links[1].secret, "pair_refused"), ("x" * 32, "pair_refused")):
            with pytest.raises(Refused, match=code):
                served.host.desk.invitations.find(secret)
        team.desk.clock.advance(11 * 60_000)
        with pytest.raises(Refused, match="pair_expired"):
            served.host.desk.invitations.find(links[0].secret)
    assert not team.desk.sql("SELECT 1 FROM invitation")
