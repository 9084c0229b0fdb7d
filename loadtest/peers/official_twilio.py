#!/usr/bin/env python3
"""Twilio's own package against `loadtest provider twilio`: what it cannot do there, a hub could not learn there.

    pip install twilio
    loadtest provider twilio --bind 127.0.0.1:4010 --account AC00000000000000000000000000000001 \
        --auth-token 0123456789abcdef0123456789abcdef --number +12025550100 \
        --messaging-service MG00000000000000000000000000000001 --webhook 'http://127.0.0.1:4011/sms#rc=5&rp=all' \
        --voice-webhook http://127.0.0.1:4011/voice --voice-status-webhook http://127.0.0.1:4011/ended &
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
import time
import urllib.parse
import urllib.request

import twilio
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.voice_response import Conference, Dial, Gather, VoiceResponse

BASE, HOOK = "http://127.0.0.1:4010", "http://127.0.0.1:4011"
ACCOUNT, TOKEN = "AC00000000000000000000000000000001", "0123456789abcdef0123456789abcdef"
SERVICE, OURS, THEIRS = "MG00000000000000000000000000000001", "+12025550100", "+12025550123"
failed = 0
heard: queue.Queue = queue.Queue()
# Webhooks of calls that came while another one was waited for.
passed: list = []
# What is answered at a path, beside an empty document.
documents: dict[str, VoiceResponse] = {}


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
        self.wfile.write(str(documents.get(self.path.split("?")[0], VoiceResponse())).encode())

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


def control(what, **wanted):
    body = json.dumps(wanted).encode() if wanted else None
    return json.load(urllib.request.urlopen(urllib.request.Request(f"{BASE}/_simulator/{what}", body)))


def arrive(**text):
    return control("inbound", **{"from": THEIRS, **text})


def until(path, **fields):
    """The first webhook to that path that says this, whatever else came before it; all of them must be signed."""
    says_so = lambda webhook: webhook[0].split("?")[0] == path and fields.items() <= webhook[1].items()
    while not any(map(says_so, passed)):
        passed.extend(webhooks(1))
        if not passed[-1][2]:
            check(f"a webhook to {passed[-1][0]} has a valid signature", False)
    return passed.pop(next(n for n, webhook in enumerate(passed) if says_so(webhook)))[1]


def fetch(url):
    login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    return urllib.request.urlopen(urllib.request.Request(url, headers={"Authorization": f"Basic {login}"})).read()


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
    check("and fetched", fetch(form["MediaUrl0"]) == b"\x89PNG")
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


EVENTS = ["initiated", "ringing", "answered", "completed"]
FOR_LONG = VoiceResponse()
FOR_LONG.pause(length=10_000)


def calls(client):
    before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
    documents["/talk"] = FOR_LONG
    call = client.calls.create(
        to=THEIRS, from_=OURS, url=f"{HOOK}/talk", status_callback=f"{HOOK}/calls", status_callback_event=EVENTS
    )
    check("a call is queued", (call.status, call.direction) == ("queued", "outbound-api"))
    form = until("/calls", CallStatus="in-progress")
    check("its answer is told", (form["CallSid"], form["SequenceNumber"]) == (call.sid, "2"))
    check("it is fetched, and going on", client.calls(call.sid).fetch().status == "in-progress")
    recording = client.calls(call.sid).recordings.create(
        recording_channels="dual",
        recording_track="both",
        trim="do-not-trim",
        recording_status_callback=f"{HOOK}/taped",
        recording_status_callback_event=["in-progress", "completed", "absent"],
    )
    check("it is recorded", (recording.status, recording.channels) == ("in-progress", 2))
    current = client.calls(call.sid).recordings("Twilio.CURRENT")
    check("which can be held", current.update(status="paused").status == "paused")
    check("and ended", current.update(status="stopped").status == "completed")
    for status in "in-progress", "completed":
        check(f"that it is {status} is told", until("/taped", RecordingStatus=status)["RecordingSid"] == recording.sid)
    fetched = client.recordings(recording.sid).fetch()
    check("and fetched", fetched.source == "StartCallRecordingAPI")
    check("and heard", fetch(f"{fetched.media_url}.wav").startswith(b"RIFF"))
    check("and deleted", client.recordings(recording.sid).delete())
    refused("a recording that was deleted", 20404, lambda: client.recordings(recording.sid).fetch())
    check("it is hung up", client.calls(call.sid).update(status="completed").status == "completed")
    end = until("/calls", CallStatus="completed")
    check("which is told", (end["CallSid"], end["SequenceNumber"]) == (call.sid, "3"))
    listed = client.calls.list(to=THEIRS, from_=OURS, status="completed", start_time_after=before)
    check("it is found in the list", [it.sid for it in listed] == [call.sid])
    while client.calls(call.sid).fetch().price is None:
        time.sleep(0.1)
    check("what it costs is known later", client.calls(call.sid).fetch().price == "-0.01400")
    refused("an ended call that is recorded", 21220, lambda: client.calls(call.sid).recordings.create())
    refused("an ended call that is redirected", 21220, lambda: client.calls(call.sid).update(twiml=FOR_LONG))
    control("people", address="+12025550141", person={"answers": "busy"})
    busy = client.calls.create(to="+12025550141", from_=OURS, twiml=FOR_LONG, status_callback=f"{HOOK}/calls")
    check("who is busy is told of", until("/calls", CallSid=busy.sid)["CallStatus"] == "busy")


def conferences(client):
    room = client.conferences("room").participants
    told = {"conference_status_callback": f"{HOOK}/room"}
    told["conference_status_callback_event"] = "start end join leave mute hold modify announcement".split()
    documents.update({"/notice": VoiceResponse(), "/keys": VoiceResponse()})
    documents["/notice"].say("This call is recorded.")
    documents["/keys"].play(digits="ww42#")
    customer = room.create(from_=OURS, to=THEIRS, label="customer", **told)
    check("a participant is called", (customer.status, customer.label) == ("queued", "customer"))
    until("/room", StatusCallbackEvent="participant-join", ParticipantLabel="customer")
    room.create(from_=OURS, to="client:agent_7", label="agent")
    until("/room", StatusCallbackEvent="conference-start")
    [conference] = client.conferences.list(friendly_name="room", status="in-progress")
    check("the conference has begun", conference.sid == customer.conference_sid)
    check("both are in it", {it.label for it in client.conferences(conference.sid).participants.list()} == {"customer", "agent"})
    check("one is muted", client.conferences(conference.sid).participants("agent").update(muted=True).muted)
    until("/room", StatusCallbackEvent="participant-mute", ParticipantLabel="agent", Muted="true")
    check("one is held", client.conferences(conference.sid).participants(customer.call_sid).update(hold=True).hold)
    until("/room", StatusCallbackEvent="participant-hold", Hold="true")
    client.conferences(conference.sid).update(announce_url=f"{HOOK}/notice")
    announced = until("/room", StatusCallbackEvent="announcement-end", AnnounceUrl=f"{HOOK}/notice")
    check("what is announced to all is told", "CallSid" not in announced)
    client.conferences(conference.sid).participants("customer").update(announce_url=f"{HOOK}/keys")
    announced = until("/room", StatusCallbackEvent="announcement-end", AnnounceUrl=f"{HOOK}/keys")
    check("and what is announced to one", announced["CallSid"] == customer.call_sid)
    [ledger] = [it for it in control("calls")["calls"] if it["sid"] == customer.call_sid]
    check("who heard it", ledger["heard"] == [{"words": "This call is recorded."}, {"keys": "ww42#"}])
    check("one is taken out", client.conferences(conference.sid).participants("agent").delete())
    until("/room", StatusCallbackEvent="participant-leave", ParticipantLabel="agent")
    agent = client.conferences(conference.sid).participants("agent")
    refused("who is not in it and is muted", 20404, lambda: agent.update(muted=True))
    check("it is ended", client.conferences(conference.sid).update(status="completed").status == "completed")
    end = until("/room", StatusCallbackEvent="conference-end")
    check("which is told", end["ReasonConferenceEnded"] == "conference-ended-via-api")


def documents_of_the_package(client):
    menu, dial, message, meeting = (VoiceResponse() for _ in range(4))
    menu.append(Gather(action="/menu", num_digits=1, input="dtmf speech"))
    dial.append(Dial(action="/dialled", caller_id=OURS, answer_on_bridge=True))
    dial.verbs[0].number("+12025550142", status_callback="/legs", status_callback_event=" ".join(EVENTS))
    message.record(action="/message", recording_status_callback="/recorded", transcribe=True, transcribe_callback="/words")
    meeting.append(Dial(action="/met"))
    meeting.verbs[0].append(Conference("lobby", participant_label="caller", end_conference_on_exit=True))
    documents.update({"/voice": menu, "/menu": dial, "/dialled": message, "/message": meeting})
    control("people", address="+12025550142", person={"hangs_up_after": 4})
    person = {"responses": [{"keys": "1"}, {"says": "Please call me back."}, {"keys": "#"}]}
    call = control("calls", **{"from": THEIRS, "person": person})["sid"]
    check("a call that arrives is asked about", until("/voice")["CallStatus"] == "ringing")
    check("what is pressed is told", until("/menu")["Digits"] == "1")
    check("a leg is told of", until("/legs", CallStatus="completed")["ParentCallSid"] == call)
    check("what came of it is told", until("/dialled")["DialCallStatus"] == "completed")
    message = until("/message")
    check("a message that was left is told", message["Digits"] == "#" and fetch(message["RecordingUrl"])[:4] == b"RIFF")
    words = until("/words")
    check("and written down", words["TranscriptionText"] == "Please call me back.")
    written = client.transcriptions(words["TranscriptionSid"])
    check("which is fetched", written.fetch().transcription_text == words["TranscriptionText"])
    [listed] = client.recordings(words["RecordingSid"]).transcriptions.list()
    check("and found with its recording", listed.sid == words["TranscriptionSid"])
    check("and deleted", written.delete())
    check("a caller waits in a conference", client.conferences.list(friendly_name="lobby")[0].status == "init")
    control(f"calls/{call}", act="hangs_up")
    check("the end of a call that arrived is told once", until("/ended")["SequenceNumber"] == "0")


def refused_calls(client):
    create = client.calls.create
    refused("a call without a document", 21205, lambda: create(to=THEIRS, from_=OURS))
    refused("a call to a short number", 21211, lambda: create(to="+1202555012", from_=OURS, twiml=FOR_LONG))
    refused("a call in another one's name", 21210, lambda: create(to=THEIRS, from_="+12025550199", twiml=FOR_LONG))
    refused("a call that is not there", 20404, lambda: client.calls("CA" + "0" * 32).fetch())


hook = http.server.ThreadingHTTPServer(("127.0.0.1", 4011), Hook)
threading.Thread(target=hook.serve_forever, daemon=True).start()
client = Client(ACCOUNT, TOKEN, http_client=Here())
print(f"twilio-python {twilio.__version__}")
for part in (outbound, scheduled, inbound, refusals, calls, conferences, documents_of_the_package, refused_calls):
    part(client)
print(f"{failed} failed")
sys.exit(1 if failed else 0)
