"""What the site shows of the repository around docs/: changelog, contributing, decisions, files that pages link to.

A page may link to any file of the repository (`../ingest/schema.sql`); the site gets a page with that file's text.
"""

import re
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
SHOWN = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md", "README.md": "index.md"}
LINK = re.compile(r"(?<=\]\()(?P<path>[^)#\s:]+)(?P<anchor>#[^)\s]*)?(?=\))")
CELL = re.compile(r"<td.*?</td>", re.DOTALL)
CODE = re.compile(r"<code>.*?</code>", re.DOTALL)
LANGUAGES = {".py": "python", ".sql": "sql", ".toml": "toml", ".json": "json", ".yml": "yaml", ".csv": "text"}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the records of a folder where the navigation names the folder."""
    config.nav = [_with_folder(one) for one in config.nav or []]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are kept outside docs/, and a page for each file of the repository that a page links to."""
    for path in ("CHANGELOG.md", "CONTRIBUTING.md"):
        files.append(File.generated(config, SHOWN[path], abs_src_path=str(ROOT / path)))
    pages = [(_in_repository(page.src_uri), page.content_string) for page in files.documentation_pages()]
    for linked in sorted({target for path, text in pages for target in _links(path, text)}):
        uri = _in_site(linked)
        if uri.startswith("source/") and (ROOT / linked).is_file():
            files.append(File.generated(config, uri, content=_shown(ROOT / linked, linked)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead the links to files of the repository to their pages."""
    path = _in_repository(page.file.src_uri)
    here = PurePosixPath(page.file.src_uri).parent.as_posix()

    def moved(link: re.Match[str]) -> str:
        target = _in_site(_from(path, link["path"]))
        return relpath(target, here) + (link["anchor"] or "")

    return LINK.sub(moved, markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Show the bars in code in cells, which repositories want escaped and the site's Markdown need not."""
    return CELL.sub(lambda cell: CODE.sub(lambda code: code.group().replace(r"\|", "|"), cell.group()), html)


def _with_folder(item: object) -> object:
    if isinstance(item, dict):
        for title, path in item.items():
            if isinstance(path, str) and path.endswith("/"):
                records = sorted((ROOT / "docs" / path).glob("*.md"))
                return {title: [f"{path}{one.name}" for one in records]}
    return item


def _in_repository(uri: str) -> str:
    """The path in the repository of a page of the site."""
    outside = {shown: path for path, shown in SHOWN.items() if shown != "index.md"}
    return outside.get(uri) or (uri.removeprefix("source/").removesuffix(".md") if _is_source(uri) else f"docs/{uri}")


def _in_site(path: str) -> str:
    """The page, or the file, of the site that shows a path of the repository."""
    if path.startswith("docs/"):
        inside = path.removeprefix("docs/")
        return f"{inside}/index.md" if (ROOT / path).is_dir() else inside
    return SHOWN.get(path, f"source/{path}.md")


def _is_source(uri: str) -> bool:
    return uri.startswith("source/")


def _from(path: str, link: str) -> str:
    return normpath(PurePosixPath(path).parent.joinpath(link).as_posix())


def _links(path: str, text: str) -> list[str]:
    return [_from(path, link["path"]) for link in LINK.finditer(text)]


def _shown(file: Path, path: str) -> str:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".md":
        return text
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`{3,}", text)), default=3))
    return f"# `{path}`\n\n{fence}{LANGUAGES.get(file.suffix, 'text')}\n{text}\n{fence}\n"
