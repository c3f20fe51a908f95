"""Who may come in: names, tokens, other sites' pages, addresses that others reach."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from newsidx.doors import Door
from newsidx.errors import OptionError
from newsidx.server import ServeOptions

TOKEN = "0123456789abcdef-token"
Served = Callable[[ServeOptions], TestClient]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8765", "127.0.0.1.nip.io", "", "[evil]:8765"])
def test_another_name_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "article" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8765", "127.0.0.1:80", "[::1]:8765"])
def test_its_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


def test_by_its_address_it_can_be_called_from_elsewhere(served: Served) -> None:
    client = served(ServeOptions(Door("0.0.0.0", is_open=True)))
    for host in ("192.0.2.7:8765", "[2001:db8::1]:8765"):
        assert client.get("/health", headers={"Host": host, "Origin": f"http://{host}"}).status_code == 200
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 421


def test_a_name_that_was_given_is_answered(served: Served) -> None:
    client = served(ServeOptions(Door(names=("search.newsroom.example",))))
    assert client.get("/health", headers={"Host": "search.newsroom.example"}).status_code == 200
    assert client.get("/health", headers={"Host": "newsroom.example"}).status_code == 421


def test_other_sites_pages_may_link_here_and_not_more(client: TestClient) -> None:
    def status(**headers: str) -> int:
        return client.get(
            "/api/search?q=ferry", headers={k.replace("_", "-"): v for k, v in headers.items()}
        ).status_code

    assert status(Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors") == 403
    assert status(Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors") == 403
    assert status(Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate") == 200
    assert status(Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="cors") == 200
    assert status(Origin="https://evil.example") == 403
    assert status(Origin="null") == 403
    assert status(Origin="http://192.0.2.9") == 403
    assert status(Origin="http://localhost:8765") == 200


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 401),
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (basic(TOKEN), 200),
        (f"Bearer {TOKEN}x", 401),
        (basic("wrong"), 401),
        ("Basic ###", 401),
        (f"Digest {TOKEN}", 401),
        ("Bearer", 401),
    ],
)
def test_the_token_is_asked_of_every_request(served: Served, header: str, status: int) -> None:
    client = served(ServeOptions(Door(token=TOKEN)))
    for path in ("/", "/api/search?q=ferry", "/static/newsidx.css", "/health"):
        answer = client.get(path, headers={"Authorization": header} if header else {})
        assert answer.status_code == status, path
        if status == 401:
            assert "Basic" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "search.example"])
def test_an_address_that_others_reach_needs_a_token_or_a_yes(host: str) -> None:
    with pytest.raises(OptionError, match="can be reached from other machines"):
        Door(host)
    assert Door(host, is_open=True)
    assert Door(host, token=TOKEN)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_needs_neither(host: str) -> None:
    assert Door(host).is_loopback


@pytest.mark.parametrize(
    "bad", [{"token": "short"}, {"token": "with a blank in it"}, {"port": 70000}, {"port": -1}, {"names": ("a b",)}]
)
def test_what_cannot_be_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(OptionError):
        Door(**bad)  # type: ignore[arg-type]


def test_every_answer_says_what_a_browser_may_do(client: TestClient) -> None:
    for path in ("/", "/api/search?q=ferry", "/api/nothing", "/static/newsidx.js", "/api/search?limit=x"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


@pytest.mark.parametrize("path", ["/static/../_app.py", "/static/%2e%2e/_app.py", "/static//etc/passwd", "/static/"])
def test_static_files_stay_in_their_folder(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
