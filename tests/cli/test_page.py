"""`connlint page`: pages read back to their connector, stay their author's, say when they are out of date."""

from __future__ import annotations

import json
import re
import shlex
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from tests.cli.conftest import Result, write_connector
from tests.golden import EXPECTED, TODAY, Case, all_cases, copy_inputs

from connlint.connector.build import add_page, build
from connlint.connector.model import Connector
from connlint.finding import Finding
from connlint.page import CannotMake, fresh, prose, updated
from connlint.reading import Document, read
from connlint.reading.keys import is_ours
from connlint.run import Opened, Request, open_all, run

Run = Callable[..., Result]
ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT.parent / "shared" / "seeds" / "chatgpt-page.md"
PAGES_OWN = frozenset({"leftover-text", "trigger-drift"})
"""Rules of a page's prose: the page that is made has other prose."""
REFUSED = frozenset({"hardcoded-secret", "possible-secret", "limit-exceeded", "syntax-error"})
"""The rules that speak of connectors that must not, or cannot, be published."""


def opened(path: Path) -> Opened:
    (one,) = open_all(Request(paths=(path,), working=path.parent))[0]
    return one


def connector_of(*texts: tuple[str, str]) -> Connector:
    """The connector of files by name and text."""
    documents = []
    for name, text in texts:
        for document in read(name, text.encode(), named=True).documents:
            document.role = "service" if isinstance(document.value, dict) else "resources"
            documents.append(document)
    return build("x", "x", documents)


def connector_on(page: str) -> Connector:
    """The connector that a page holds."""
    result = read("x.md", page.encode(), named=True)
    documents = [document for document in result.documents if is_ours(document.value)]
    for document in documents:
        document.role = "service" if isinstance(document.value, dict) else "resources"
    connector = build("x", "x", documents)
    add_page(connector, Document.carrier(result.source, "page"), tuple(result.prose))
    return connector


def triggers(page: str) -> list[str]:
    held = connector_on(page).page
    assert held is not None
    return [f"{trigger.resource}/{trigger.event}" for trigger in held.triggers]


def resources(*events: str, **more: object) -> str:
    webhooks = [{"event": event, "path": f"/hooks/{number}", **more} for number, event in enumerate(events)]
    return json.dumps([{"handle": "orders", "webhooks": webhooks}], indent=2)


SERVICE = json.dumps({"handle": "shop", "service": {"baseURL": "https://shop.test"}})


# --- a page reads back to its connector


def said(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    return Counter((found.rule, found.address) for found in findings if found.rule not in PAGES_OWN)


def expected(case: Case) -> Counter[tuple[str, str]]:
    """The rules and addresses of a golden case."""
    text = (case.folder / EXPECTED).read_text("utf-8")
    rules = re.findall(r"^\S.*?: (?:error|warning|info)\[([\w-]+)\]", text, re.MULTILINE)
    addresses = re.findall(r"^ +address +(.*)$", text, re.MULTILINE)
    assert len(rules) == len(addresses)
    return Counter(pair for pair in zip(rules, addresses, strict=True) if pair[0] not in PAGES_OWN)


def test_a_page_has_the_findings_of_its_connector(tmp_path: Path) -> None:
    """Over every case of every rule: what `check` says of the page is what it says of the folder."""
    compared = 0
    for number, case in enumerate(all_cases()):
        if (case.folder / "connlint.toml").exists():
            continue  # a configuration is about a path, and a page has another one
        home = tmp_path / str(number) / "c"
        copy_inputs(case, home)
        one = opened(home)
        try:
            page = fresh(one.loaded.connector, "x")
        except CannotMake:
            assert REFUSED & {rule for rule, _ in expected(case)}, case.name
            continue
        path = one.found.path if one.found.is_page else home.with_suffix(".md")
        path.write_text(page, "utf-8", newline="")
        report = run(Request(paths=(path,), working=path.parent, today=TODAY)).report
        assert said(report.all_findings) == expected(case), case.name
        assert not [found for found in report.all_findings if found.rule == "trigger-drift"], case.name
        compared += 1
    assert compared > 250


@pytest.mark.parametrize("name", ["chatgpt", "chatgpt-published"])
def test_the_page_of_a_real_connector_reads_back(name: str, tmp_path: Path) -> None:
    one = opened(ROOT / "specs" / name)

    page = fresh(one.loaded.connector, name)

    (tmp_path / "x.md").write_text(page, "utf-8")
    report = run(Request(paths=(tmp_path / "x.md",), working=tmp_path, today=TODAY)).report
    alone = tmp_path / "alone"
    alone.mkdir()
    for file in ("service.json", "resources.json"):
        (alone / file).write_bytes((ROOT / "specs" / name / file).read_bytes())
    whole = run(Request(paths=(alone,), working=alone, today=TODAY)).report
    assert said(report.all_findings) == said(whole.all_findings)
    assert page.startswith("# OpenAI ChatGPT\n\nOpenAI's API for language")
    assert "* **apiKey**: The key that OpenAI gave you for its API\n" in page
    assert updated(page, one.loaded.connector) == page


@pytest.mark.skipif(not SEED.exists(), reason="the published page is not part of this repository")
def test_all_that_the_published_page_takes_from_its_documents_is_made_as_published() -> None:
    """Of the published page's lines, those that its documents hold stand on the page made, in order."""
    one = opened(SEED)
    published = SEED.read_text("utf-8")

    made = fresh(one.loaded.connector, "x").splitlines()

    assert updated(published, one.loaded.connector) == published, "it is current as it is"
    documents = [
        line
        for block in re.findall(r"^```\n([{\[].*?)\n\n```$", published, re.MULTILINE | re.DOTALL)
        for line in block.split("\n")
    ]
    lines = re.findall(r"^Triggers on: .*$", published, re.MULTILINE)
    titles = [
        line for line in re.findall(r"^\*\*.*\*\*$", published, re.MULTILINE) if "Fine-Tuning" not in line
    ]
    assert (len(lines), len(titles)) == (39, 35)
    for wanted in (
        documents,
        lines,
        titles,
        ["# ChatGPT", "### Related Operations", "#### Trigger Operations"],
    ):
        rest = iter(made)
        assert all(line in rest for line in wanted)
    assert not {"Triggers on: ", "```"} - {line[:13] if line.startswith("T") else line for line in made}


def test_yaml_keeps_its_comments_and_several_documents_become_several_blocks(tmp_path: Path) -> None:
    text = (
        "# the service\nhandle: shop\nservice:\n  baseURL: https://shop.test  # the only one\n---\n"
        "- handle: orders\n  description: |+\n    ```\n    not a fence\n    ```\n\n  endpoint: /orders\n...\n"
    )

    page = fresh(connector_of(("shop.yaml", text)), "x")

    assert "```yaml\n# the service\nhandle: shop" in page
    assert "# the only one" in page
    assert "````yaml\n---\n- handle: orders" in page
    documents = read("x.md", page.encode(), named=True).documents
    assert [document.value for document in documents] == [
        document.value for document in read("shop.yaml", text.encode(), named=True).documents
    ]


@pytest.mark.parametrize(
    "data",
    [
        "\ufeff" + SERVICE,
        json.dumps(json.loads(SERVICE), indent=2).replace("\n", "\r\n"),
        json.dumps(json.loads(SERVICE), indent=2).replace("\n", "\r"),
        f"\n\n  {SERVICE}  \n\n",
        SERVICE[:-1] + ', "description": "--> <!-- ``` ~~~ | \\u0007 \x7f \u2028"}',
    ],
    ids=["bom", "crlf", "cr", "blanks", "marks"],
)
def test_bytes_of_all_sorts_read_back(data: str, tmp_path: Path) -> None:
    (tmp_path / "service.json").write_bytes(data.encode())
    one = opened(tmp_path)

    page = fresh(one.loaded.connector, "x")

    assert connector_on(page).documents[0].value == one.loaded.connector.documents[0].value
    assert "\r" not in page


def test_a_page_in_which_blocks_stand_in_a_list_can_be_made_anew() -> None:
    block = "\n".join(f"  {line}" for line in json.dumps(json.loads(SERVICE), indent=2).split("\n"))
    listed = connector_on(f"* The service:\n\n  ```\n{block}\n  ```\n")

    page = fresh(listed, "x")

    assert connector_on(page).documents[0].value == json.loads(SERVICE)
    with pytest.raises(CannotMake, match="stands in a list or a quote"):
        updated(f"* The service:\n\n  ```\n{block.replace('shop', 'store')}\n  ```\n", listed)


ODD = "`~*_[](){}<>|#&;:!/.,-+=\\$%@^'\" \t\r\n0a\x00\x07\x1b\x9b\u202e\u2028\ufeff\ud800é"
NASTY = st.text(
    st.one_of(st.sampled_from(ODD), st.characters()),
    max_size=12,
) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://x.test/y.png)",
        "<https://x.test>",
        "https://x.test www.x.test",
        "Triggers on: orders/order.paid",
        "* Triggers on: a/b",
        "line\n\nTriggers on: a/b",
        "--> <!-- x",
        "```\n# x",
        "~~~",
        "# x",
        "1. x",
        "---",
        "| a | b |\n|---|---|",
        "{% raw %} {{ x }} {# y #}",
        "a&#46;",
        "&lt;b&gt;",
        "    indented",
    ]
)  # fmt: skip  # rows hold what belongs together


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    title=NASTY,
    about=NASTY,
    said=NASTY,
    handle=NASTY.filter(bool),
    events=st.lists(NASTY.filter(bool), max_size=3, unique=True),
    credential=NASTY,
)
def test_no_text_of_a_connector_is_more_than_text_on_its_page(
    title: str, about: str, said: str, handle: str, events: list[str], credential: str
) -> None:
    auth = {
        "method": "m",
        "params": {
            "t": {"value": "x", "placeholders": [{"name": "k", "type": "String", "description": credential}]}
        },
    }
    service = {
        "handle": "shop",
        "meta": {"short": title, "description": about},
        "service": {"baseURL": "https://shop.test", "auth": auth},
    }
    webhooks = [
        {"event": event, "path": "/x", "meta": {"short": said, "description": said}} for event in events
    ]
    documents = [
        ("service.json", json.dumps(service)),
        ("resources.json", json.dumps([{"handle": handle, "webhooks": webhooks}])),
    ]
    connector = connector_of(*documents)
    if any(document.faults for document in connector.documents):
        return  # half a character, or a NUL: reading refuses it
    page = fresh(connector, "x")

    assert triggers(page) == [f"{handle}/{event}" for event in events]
    found = connector_on(page).documents
    assert [document.value for document in found] == [service, json.loads(documents[1][1])]
    tokens = list(_tokens(page))
    assert Counter(token.type for token in tokens if token.type == "fence") == {"fence": 2}
    assert not {token.type for token in tokens} & {
        "html_block", "html_inline", "link_open", "image", "code_inline", "code_block", "hr", "table_open",
        "ordered_list_open", "blockquote_open", "em_open", "s_open",
    }  # fmt: skip  # rows hold what belongs together
    (paragraph,) = MarkdownIt("commonmark").parse(f"x {prose(said)}")[1:2]
    plain = "".join(token.content for token in paragraph.children or ())
    assert "\n" not in plain
    assert _letters(plain) == _letters(f"x {said}")


def test_addresses_are_no_links_and_lines_no_triggers() -> None:
    assert prose("see https://x.test, www.x.test") == "see https&#58;//x.test, www&#46;x.test"
    assert prose("Triggers on: a/b") == "Triggers on&#58; a/b"


def test_a_page_that_would_read_back_as_another_connector_is_not_made() -> None:
    """A block is recognised by its keys as they are written; a key in escapes would be lost."""
    hidden = connector_of(("s.json", SERVICE.replace('"handle"', '"\\u0068andle"')))

    with pytest.raises(CannotMake, match="reads back the same"):
        fresh(hidden, "x")


def _letters(text: str) -> str:
    """A text without blanks and without what no page shows."""
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "".join(
        char
        for char in text
        if char not in "\ufffd\u200c\u200d"
        and not char.isspace()
        and unicodedata.category(char) not in hidden
    )


def _tokens(page: str) -> Iterator[Token]:
    """The page's tokens as CommonMark with tables and strike-through has them."""
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page):
        yield token
        yield from token.children or ()


def test_what_holds_a_credential_is_not_published(connlint: Run, pets: Path) -> None:
    service = pets / "service.json"
    text = service.read_text("utf-8")
    service.write_text(
        text.replace('"pets"', '"pets", "description": "sk-Ab12Cd34Ef56Gh78Ij90Kl12"'), "utf-8"
    )

    made = connlint("page", "pets", "--output", "pets.md")

    assert made.status == 2
    assert "pets/service.json:2:37: a secret key, which a public page would give away" in made.err
    assert "Ab12" not in made.err
    assert not Path("pets.md").exists()

    service.write_text(text.replace("https://", "https://me:hunter22@"), "utf-8")
    assert "a password in the base URL" in connlint("page", "pets").err


# --- a page that is there


def test_what_an_author_wrote_stays_and_triggers_and_documents_follow() -> None:
    before = connector_of(("s.json", SERVICE), ("r.json", resources("order.paid", "order.gone")))
    page = (
        fresh(before, "x")
        .replace("# shop", "# Our Shop\n\n<p align='center'>Buy!</p>")
        .replace("**Order Paid**", "**An order is paid**")
    )
    page = page.replace("order.paid\n", "order.paid\n\nMoney is there.\n") + "\n---\n\n*The end.*\n"

    after = updated(
        page,
        connector_of(("s.json", SERVICE), ("r.json", resources("order.made", "order.paid", "order.sent"))),
    )

    assert triggers(after) == ["orders/order.made", "orders/order.paid", "orders/order.sent"]
    assert "# Our Shop\n\n<p align='center'>Buy!</p>" in after
    assert "**An order is paid**\n\nTriggers on: orders/order.paid\n\nMoney is there.\n" in after
    assert "order.gone" not in after
    assert after.endswith("```\n\n---\n\n*The end.*\n")
    assert "\n\n\n" not in after


EVENTS = st.lists(
    st.sampled_from([f"order.{word}" for word in "paid made sent gone lost_again".split()]), unique=True
)
WORDS = st.sampled_from(
    ["By hand.", "Two\nlines.", "*So*, with `code`.", "<b>Buy</b>", "* a list", "> quoted", "| a |"]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    before=EVENTS,
    after=EVENTS,
    own=st.booleans(),
    hand=st.lists(st.tuples(st.floats(0, 1), WORDS), max_size=3),
)
def test_an_updated_page_has_the_new_triggers_and_all_words_of_its_author(
    before: list[str], after: list[str], own: bool, hand: list[tuple[float, str]]
) -> None:
    """Words before any title, heading or block survive, unless their trigger goes or says its own."""
    says: dict[str, object] = {"meta": {"description": "It says so."}} if own else {}
    page = fresh(connector_of(("s.json", SERVICE), ("r.json", resources(*before))), "x")
    head, code = page.split("### Code: List", 1)
    for place, text in hand:
        paragraphs = head.split("\n\n")
        # not between a trigger's title, line and sentence, which go together
        free = [at for at, part in enumerate(paragraphs) if part.startswith(("**", "#", "```"))] or [0]
        at = free[int(place * (len(free) - 1))]
        head = "\n\n".join([*paragraphs[:at], text, *paragraphs[at:]])
    page = f"{head}### Code: List{code}"
    connector = connector_of(("s.json", SERVICE), ("r.json", resources(*after, **says)))

    made = updated(page, connector)

    assert sorted(triggers(made)) == sorted(f"orders/{event}" for event in after) or not before
    assert updated(made, connector) == made
    values = [document.value for document in connector_on(made).documents]
    assert values == [document.value for document in connector.documents]
    if not own and set(before) <= set(after):
        for _, text in hand:
            assert text in made


def test_what_a_webhook_says_of_itself_wins_over_the_page() -> None:
    page = fresh(connector_of(("r.json", resources("order.paid"))), "x", {"order.paid": "The list says so."})
    assert "The list says so." in page

    own: dict[str, object] = {"meta": {"short": "Paid!", "description": "It *says* so."}}
    after = updated(page, connector_of(("r.json", resources("order.paid", **own))))

    assert "**Paid!**\n\nTriggers on: orders/order.paid\n\nIt \\*says\\* so.\n" in after
    assert "The list says so." not in after


def test_bullets_stay_bullets() -> None:
    page = fresh(connector_of(("r.json", resources("a", "b"))), "x")
    start, end = page.index("**A**"), page.index("### Code")
    page = f"{page[:start]}* Triggers on: orders/a\n* Triggers on: orders/b\n\n{page[end:]}"

    after = updated(page, connector_of(("r.json", resources("a", "c", "b"))))

    assert "* Triggers on: orders/a\n* Triggers on: orders/c\n* Triggers on: orders/b\n\n### Code" in after


def test_a_page_without_triggers_stays_without() -> None:
    bare = f"# Shop\n\n```\n{SERVICE}\n```\n"

    after = updated(bare, connector_of(("s.json", SERVICE), ("r.json", resources("a"))))

    assert triggers(after) == []
    assert "List of External Resources" in after


def test_a_block_is_replaced_with_a_fence_that_holds() -> None:
    page = f"# Shop\n\n```json\n{SERVICE}\n```\n\nThe end.\n"
    changed = "handle: shop\nservice: {baseURL: https://shop.test}\ndescription: |\n  x\n  ```\n  y\n"

    after = updated(page, connector_of(("s.yaml", changed)))

    assert "````yaml\nhandle: shop" in after
    assert after.endswith("````\n\nThe end.\n")


def test_a_page_keeps_its_byte_order_mark_and_line_ends(connlint: Run, pets: Path) -> None:
    assert connlint("page", "pets", "--output", "pets.md").status == 0
    page = Path("pets.md")
    page.write_bytes(b"\xef\xbb\xbf" + page.read_bytes().replace(b"\n", b"\r\n"))
    assert connlint("page", "pets", "--check", "pets.md").status == 0

    service = pets / "service.json"
    service.write_text(service.read_text("utf-8").replace("api.pets.test", "api2.pets.test"), "utf-8")
    assert connlint("page", "pets", "--output", "pets.md").status == 0

    data = page.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# ")
    assert b"api2.pets.test" in data
    assert data.count(b"\n") == data.count(b"\r\n")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# A guide\n\nOf another kind.\n", "it holds no document of a connector"),
        (f"# Shop\n\n```\n{SERVICE[:-1]},\n```\n", "the block in line 4 does not parse"),
    ],
)
def test_a_file_that_is_no_page_is_not_written_over(text: str, why: str, connlint: Run, pets: Path) -> None:
    del pets
    Path("x.md").write_text(text, "utf-8")

    written, checked = connlint("page", "pets", "-o", "x.md"), connlint("page", "pets", "--check", "x.md")

    assert written.status == 2
    assert f"x.md stays as it is: {why}" in written.err
    assert checked.status == 1
    assert f"x.md:1:1: out of date: {why}" in checked.out
    assert Path("x.md").read_text("utf-8") == text


# --- the command


def test_the_documentation_shows_the_beginning_of_the_page_that_is_made(connlint: Run, folder: Path) -> None:
    text = (ROOT / "docs" / "page.md").read_text("utf-8")
    for name, body in re.findall(r'^```\w+ title="shop/([^"]+)"\n(.*?)^```$', text, re.MULTILINE | re.DOTALL):
        (folder / "shop").mkdir(exist_ok=True)
        (folder / "shop" / name).write_text(body, "utf-8")
    (shown,) = re.findall(r"^```markdown\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)

    assert connlint("page", "shop").out.startswith(shown)


def test_check_says_where_a_page_first_differs(connlint: Run, pets: Path) -> None:
    assert (
        connlint("page", "pets", "--check", "pets.md").out
        == "pets.md:1:1: out of date: there is no such page\n"
    )
    assert connlint("page", "pets", "--output", "pets.md").err == "connlint: wrote pets.md\n"
    same = connlint("page", "pets", "--check", "pets.md")
    assert (same.status, same.out) == (0, "pets.md: current\n")
    assert connlint("page", "pets", "--output", "pets.md").err == "connlint: pets.md is current\n"
    assert connlint("page", "pets").out == Path("pets.md").read_text("utf-8")

    service = pets / "service.json"
    service.write_text(service.read_text("utf-8").replace("api.pets.test", "pets.test"), "utf-8")
    done = connlint("page", "pets", "--check", "pets.md")

    assert done.status == 1
    assert done.out == (
        "pets.md:10:25: out of date\n"
        '  has          "value": "https://api.pets.test/v1"\n'
        '  wanted       "value": "https://pets.test/v1"\n'
    )
    assert "connlint page pets --output pets.md" in done.err


def test_configured_pages_are_checked_and_written_by_the_hook(connlint: Run, pets: Path) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (hook,) = (hook for hook in hooks if hook["id"] == "connlint-page")
    assert hook["pass_filenames"] is False
    entry = shlex.split(hook["entry"])[1:]
    write_connector(Path("dogs"))
    assert connlint(*entry).status == 2, "no page is configured"
    Path("connlint.toml").write_text('[connector."pets"]\npage = "docs/pets.md"\n', "utf-8")
    Path("docs").mkdir()

    assert connlint("page", "--check").status == 1
    assert connlint(*entry).err == "connlint: wrote docs/pets.md\n"
    assert connlint("page", "--check").out == "docs/pets.md: current\n"
    assert connlint("page", "pets", "--check").status == 0
    assert connlint("page", "dogs", "--check").status == 2
    assert connlint("check").status == 0, "the page is no second connector"
    del pets


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
@pytest.mark.parametrize("name", ["../stolen.md", "link.md"])
def test_a_configuration_writes_no_page_outside_of_its_repository(
    name: str, connlint: Run, pets: Path, folder: Path
) -> None:
    del pets
    stolen = folder.parent / "stolen.md"
    Path("link.md").symlink_to(stolen)
    Path("connlint.toml").write_text(f'[connector."pets"]\npage = "{name}"\n', "utf-8")

    done = connlint("page", "--write")

    assert done.status == 2
    assert f"connlint.toml:2:8: `{name}` leads out of the repository" in done.err
    assert not stolen.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name the connector"),
        (("--check", "x.md"), "name the connector"),
        (("pets", "--check", "x.md", "--output", "y.md"), "exclude each other"),
        (("nowhere",), "no such file or folder: nowhere"),
        (("empty",), "no connector in empty"),
        (("pets", "--output", "no/such/folder.md"), "cannot write"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: tuple[str, ...], said: str, connlint: Run, pets: Path
) -> None:
    del pets
    Path("empty").mkdir()

    done = connlint("page", *arguments)

    assert done.status == 2
    assert said in done.err


def test_a_connector_that_cannot_be_read_whole_has_no_page(connlint: Run, pets: Path) -> None:
    (pets / "resources.json").write_text('[{"handle": "cats" "endpoint": "/cats"}]', "utf-8")

    done = connlint("page", "pets", "--output", "pets.md")

    assert done.status == 2
    assert "pets/resources.json:1:" in done.err
    assert not Path("pets.md").exists()
