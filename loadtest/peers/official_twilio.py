#!/usr/bin/env python3
"""Twilio's own package against `loadtest provider twilio`: what it cannot do there, a hub could not learn there.

    pip install twilio
    loadtest provider twilio --bind 127.0.0.1:4010 --account AC00000000000000000000000000000001 \
        --auth-token 0123456789abcdef0123456789abcdef --number +12025550100 \
        --messaging-service MG00000000000000000000000000000001 --webhook 'http://127.0.0.1:4011/sms#rc=5&rp=all' &
    loadtest/peers/official_twilio.py

Prints what held; the exit code is 1 when something did not.
"""

import base64
import datetime
import http.server
import json
import queue
import sys
import threading
import urllib.parse
import urllib.request

import twilio
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

BASE, HOOK = "http://127.0.0.1:4010", "http://127.0.0.1:4011"
ACCOUNT, TOKEN = "AC00000000000000000000000000000001", "0123456789abcdef0123456789abcdef"
SERVICE, OURS, THEIRS = "MG00000000000000000000000000000001", "+12025550100", "+12025550123"
failed = 0
heard: queue.Queue = queue.Queue()


class Here(TwilioHttpClient):
    """Sends what is meant for api.twilio.com to the simulator."""

    def request(self, method, url, *args, **kwargs):
        return super().request(method, url.replace("https://api.twilio.com", BASE), *args, **kwargs)


class Hook(http.server.BaseHTTPRequestHandler):
    """Hears webhooks, and lets the package judge their signatures."""

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(urllib.parse.parse_qsl(text, keep_blank_values=True))
        valid = RequestValidator(TOKEN).validate(HOOK + self.path, form, self.headers["X-Twilio-Signature"])
        heard.put((self.path, form, valid))
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.end_headers()
        self.wfile.write(b"<Response/>")

    def log_message(self, *_):
        pass


def check(what, holds):
    global failed
    failed += not holds
    print(("holds   " if holds else "FAILED  ") + what)


def refused(what, code, ask):
    try:
        ask()
        check(f"{what} is refused", False)
    except TwilioRestException as refusal:
        check(f"{what} is refused with {code} (got {refusal.code}: {refusal.msg})", refusal.code == code)


def webhooks(many):
    return [heard.get(timeout=20) for _ in range(many)]


def arrive(**text):
    body = json.dumps({"from": THEIRS, **text}).encode()
    return json.load(urllib.request.urlopen(urllib.request.Request(f"{BASE}/_simulator/inbound", body)))


def outbound(client):
    check("the account is fetched", client.api.accounts(ACCOUNT).fetch().status == "active")
    check("numbers are listed", [n.phone_number for n in client.incoming_phone_numbers.list()] == [OURS])
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
    sent = [
        client.messages.create(to=THEIRS, from_=OURS, body=f"Olá {n} 👍", status_callback=f"{HOOK}/status?message={n}")
        for n in range(5)
    ]
    check("messages are queued", {m.status for m in sent} == {"queued"})
    told = webhooks(15)
    check("every callback has a valid signature", all(valid for _, _, valid in told))
    statuses = {n: {f["MessageStatus"] for path, f, _ in told if path.endswith(f"={n}")} for n in range(5)}
    check("each is told of thrice", all(s == {"sending", "sent", "delivered"} for s in statuses.values()))
    fetched = client.messages(sent[0].sid).fetch()
    check("a message is fetched, and has arrived", (fetched.status, fetched.body) == ("delivered", "Olá 0 👍"))
    check("and when it was sent", fetched.date_sent is not None and fetched.date_sent > before)
    listed = client.messages.list(to=THEIRS, from_=OURS, date_sent_after=before, page_size=2)
    check("pages of two list them all once", [m.sid for m in listed] == [m.sid for m in reversed(sent)])
    check("limits are kept", len(client.messages.list(to=THEIRS, limit=3)) == 3)


def scheduled(client):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    later = client.messages.create(
        to=THEIRS, messaging_service_sid=SERVICE, body="Later", schedule_type="fixed", send_at=at
    )
    check("a message is scheduled", later.status == "scheduled")
    check("and canceled", client.messages(later.sid).update(status="canceled").status == "canceled")
    check("and stays so", client.messages(later.sid).fetch().status == "canceled")


def inbound(client):
    arrive(body="Hello & goodbye", media=[{"content_type": "image/png", "base64": "iVBORw=="}])
    [(path, form, valid)] = webhooks(1)
    check("an inbound webhook has a valid signature", valid and path == "/sms")
    [media] = client.messages(form["MessageSid"]).media.list()
    check("its media is listed", media.content_type == "image/png" and media.sid in form["MediaUrl0"])
    login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    request = urllib.request.Request(form["MediaUrl0"], headers={"Authorization": f"Basic {login}"})
    check("and fetched", urllib.request.urlopen(request).read() == b"\x89PNG")
    send = lambda: client.messages.create(to=THEIRS, from_=OURS, body="Still there?")
    arrive(body="Stop")
    check("STOP is told as such", webhooks(1)[0][1]["OptOutType"] == "STOP")
    refused("a text after STOP", 21610, send)
    arrive(body="START")
    check("START is told as such", webhooks(1)[0][1]["OptOutType"] == "START")
    check("and lifts it", send().status == "queued")


def refusals(client):
    create = client.messages.create
    refused("a short number", 21211, lambda: create(to="+1202555012", from_=OURS, body="Hi"))
    refused("a number of somebody else", 21606, lambda: create(to=THEIRS, from_="+12025550199", body="Hi"))
    refused("1,601 characters", 21617, lambda: create(to=THEIRS, from_=OURS, body="a" * 1601))
    refused("an empty message", 21619, lambda: create(to=THEIRS, from_=OURS))
    refused("a message that is not there", 20404, lambda: client.messages("SM" + "0" * 32).fetch())
    stranger = Client(ACCOUNT, "wrong", http_client=Here())
    refused("a wrong token", 20003, lambda: stranger.messages.create(to=THEIRS, from_=OURS, body="Hi"))


hook = http.server.ThreadingHTTPServer(("127.0.0.1", 4011), Hook)
threading.Thread(target=hook.serve_forever, daemon=True).start()
client = Client(ACCOUNT, TOKEN, http_client=Here())
print(f"twilio-python {twilio.__version__}")
for part in (outbound, scheduled, inbound, refusals):
    part(client)
print(f"{failed} failed")
sys.exit(1 if failed else 0)
