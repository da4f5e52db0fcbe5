"""Signing in, refreshing, and a copied refresh token."""

from cli.demo import PASSWORD
from tests.stack import Stack


async def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(
    shared_stack: Stack,
) -> None:
    wrong = {"email": "ana@demo.example", "password": "no"}
    unknown = {"email": "nobody@demo.example", "password": "no"}
    first = await shared_stack.http.post("/api/v1/auth/login", json=wrong)
    second = await shared_stack.http.post("/api/v1/auth/login", json=unknown)
    assert first.status_code == second.status_code == 401
    assert first.json() == second.json()


async def test_a_refresh_token_works_once_and_its_copy_ends_the_sessions(
    shared_stack: Stack,
) -> None:
    body = {"email": "Ana@Demo.example", "password": PASSWORD}
    tokens = (await shared_stack.http.post("/api/v1/auth/login", json=body)).json()
    assert "password_hash" not in tokens["user"]
    old = {"refresh_token": tokens["refresh_token"]}
    renewed = await shared_stack.http.post("/api/v1/auth/refresh", json=old)
    assert renewed.status_code == 200
    copied = await shared_stack.http.post("/api/v1/auth/refresh", json=old)
    assert copied.status_code == 401
    new = {"refresh_token": renewed.json()["refresh_token"]}
    ended = await shared_stack.http.post("/api/v1/auth/refresh", json=new)
    assert ended.status_code == 401


async def test_only_an_administrator_connects_channels_and_secrets_never_come_back(
    shared_stack: Stack,
) -> None:
    channel = {
        "platform": "whatsapp",
        "name": "Second number",
        "account": {
            "phone_number_id": "880011223344",
            "access_token": "token-of-the-second-number",
            "app_secret": "secret-of-the-second-number",
            "verify_token": "verify-of-the-second-number",
        },
    }
    agent = await shared_stack.sign_in("ana@demo.example")
    admin = await shared_stack.sign_in("admin@demo.example")
    assert (await agent.post("/api/v1/channels", json=channel)).status_code == 403
    made = await admin.post("/api/v1/channels", json=channel)
    assert made.status_code == 201
    assert made.json()["webhook_url"].endswith(made.json()["id"])
    assert "second-number" not in made.text
    taken = await admin.post("/api/v1/channels", json=channel)
    assert taken.status_code == 409
    wrong = await admin.post(
        "/api/v1/channels", json={**channel, "account": {"access_token": "token-nobody-sees"}}
    )
    assert wrong.status_code == 422
    assert "token-nobody-sees" not in wrong.text
    listed = (await agent.get("/api/v1/channels")).json()
    assert "Second number" in [one["name"] for one in listed]
    await agent.aclose()
    await admin.aclose()


async def test_a_flow_with_errors_is_refused_with_all_of_them(shared_stack: Stack) -> None:
    admin = await shared_stack.sign_in("admin@demo.example")
    broken = {
        "schema": "flow/1",
        "name": "Broken",
        "start": "nowhere",
        "nodes": {"a": {"type": "message", "parts": "Hi", "exits": {"next": "gone"}}},
    }
    answer = await admin.post("/api/v1/flows", json={"slug": "broken", "definition": broken})
    assert answer.status_code == 422
    codes = {one["code"] for one in answer.json()["diagnostics"]}
    assert {"START_MISSING", "TARGET_MISSING"} <= codes
    await admin.aclose()
