//! HTML as plain text for a person: structure becomes lines, links show their target. Deliberately never rendered,
//! never fetched: what is not text is dropped.

/// Readable text of an HTML document.
pub(crate) fn to_text(html: &str) -> String {
    let mut text = Text::default();
    let mut rest = html;
    // known beforehand, so that text full of `<` is not searched again and again
    let last_close = html.rfind('>').unwrap_or(0);
    while let Some((before, from)) = rest.find('<').and_then(|at| rest.split_at_checked(at)) {
        text.words(before);
        if let Some(comment) = from.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        if html.len() - from.len() > last_close {
            text.words(from);
            return text.finish();
        }
        let named = from.chars().nth(1).is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'));
        let Some((tag, after)) = named.then(|| end_of_tag(from)).flatten() else {
            text.words("<");
            rest = from.strip_prefix('<').unwrap_or_default();
            continue;
        };
        rest = after;
        let name = tag_name(tag);
        if matches!(name.as_str(), "script" | "style" | "head" | "template" | "noscript" | "svg" | "title") {
            rest = skip_element(&name, rest);
            continue;
        }
        text.tag(&name, tag);
    }
    text.words(rest);
    text.finish()
}

/// The tag's inside and what follows it; quotation marks protect a `>`.
fn end_of_tag(from: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, character) in from.char_indices().skip(1) {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            (None, '>') => return Some((from.get(1..at)?, from.get(at + 1..)?)),
            _ => {}
        }
    }
    // an unclosed quotation mark must not swallow the rest
    let at = from.find('>')?;
    Some((from.get(1..at)?, from.get(at + 1..)?))
}

fn tag_name(tag: &str) -> String {
    let name = |c: &char| c.is_ascii_alphanumeric() || *c == '/';
    tag.chars().take(20).take_while(name).map(|c| c.to_ascii_lowercase()).collect()
}

fn skip_element<'t>(name: &str, rest: &'t str) -> &'t str {
    let close = format!("</{name}");
    let mut offset = 0;
    while let Some(at) = rest.get(offset..).and_then(|tail| tail.find("</")) {
        let tail = rest.get(offset + at..).unwrap_or_default();
        if tail.get(..close.len()).is_some_and(|start| start.eq_ignore_ascii_case(&close)) {
            return tail.split_once('>').map_or("", |(_, after)| after);
        }
        offset += at + 2;
    }
    ""
}

#[derive(Default)]
struct Text {
    out: String,
    /// Line breaks owed before the next word.
    breaks: usize,
    blank: bool,
    preformatted: usize,
    link: Option<(String, usize)>,
}

impl Text {
    fn words(&mut self, raw: &str) {
        let decoded = entities(raw);
        for character in decoded.chars() {
            if self.preformatted > 0 && character == '\n' {
                self.breaks += 1;
            } else if character.is_whitespace() && character != '\u{a0}' {
                self.blank = true;
            } else {
                self.settle();
                self.out.push(if character == '\u{a0}' { ' ' } else { character });
            }
        }
    }

    fn settle(&mut self) {
        if self.breaks > 0 {
            if !self.out.is_empty() {
                self.out.extend(std::iter::repeat_n('\n', self.breaks.min(2)));
            }
        } else if self.blank && !self.out.is_empty() && !self.out.ends_with(['\n', ' ']) {
            self.out.push(' ');
        }
        self.breaks = 0;
        self.blank = false;
    }

    fn tag(&mut self, name: &str, tag: &str) {
        match name {
            "br" | "br/" => self.breaks += 1,
            "pre" | "textarea" => {
                self.preformatted += 1;
                self.breaks = self.breaks.max(1);
            }
            "/pre" | "/textarea" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.breaks = self.breaks.max(1);
            }
            "p" | "/p" | "h1" | "/h1" | "h2" | "/h2" | "h3" | "/h3" | "h4" | "/h4" | "blockquote" | "/blockquote" | "table" | "/table" => {
                self.breaks = self.breaks.max(2)
            }
            "div" | "/div" | "tr" | "/tr" | "ul" | "/ul" | "ol" | "/ol" | "hr" | "section" | "/section" | "dt" | "dd" => {
                self.breaks = self.breaks.max(1);
            }
            "li" => {
                self.breaks = self.breaks.max(1);
                self.words("- ");
                self.blank = true;
            }
            "td" | "th" => self.blank = true,
            "a" => self.link = attribute(tag, "href").map(|target| (target, self.out.len())),
            "/a" => self.end_link(),
            "img" => {
                if let Some(description) = attribute(tag, "alt").filter(|description| !description.trim().is_empty()) {
                    self.words(&format!("[{description}]"));
                }
            }
            _ => {}
        }
    }

    /// A link whose words are not its target shows the target: what a person sees is what it would open.
    fn end_link(&mut self) {
        let Some((target, start)) = self.link.take() else {
            return;
        };
        let words = self.out.get(start..).unwrap_or_default().trim();
        let bare = target.strip_prefix("mailto:").unwrap_or(&target);
        if !target.is_empty() && !target.starts_with('#') && words != bare && words != target {
            self.out.push_str(&format!(" <{}>", target.replace(['<', '>', '\n', '\r'], "")));
        }
    }

    fn finish(self) -> String {
        let lines: Vec<&str> = self.out.lines().map(str::trim_end).collect();
        lines.join("\n").trim().to_owned()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.find(&format!(" {name}="))? + name.len() + 2;
    let value = tag.get(at..)?;
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
        _ => value.split(|c: char| c.is_whitespace() || c == '>').next()?,
    };
    Some(entities(value).chars().take(2_000).collect())
}

fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.find('&').and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        let length = from.char_indices().take(12).find(|(_, c)| *c == ';').map_or(0, |(at, _)| at + 1);
        let (entity, after) = from.split_at_checked(length).unwrap_or(("", from));
        if entity.is_empty() {
            out.push('&');
            rest = from.strip_prefix('&').unwrap_or_default();
            continue;
        }
        mail_parser::decoders::html::add_html_token(&mut out, entity.as_bytes(), false);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::to_text;

    fn check(html: &str, expected: &str) {
        assert_eq!(to_text(html), expected, "{html}");
    }

    #[test]
    fn structure_becomes_lines() {
        check("<html><body><p>One<br>two</p><p>three &amp; four</p></body></html>", "One\ntwo\n\nthree & four");
        check("<ul><li>a</li><li>b</li></ul>after", "- a\n- b\nafter");
        check("<pre>int a;\nint b;</pre>", "int a;\nint b;");
        check("a &lt;b&gt; &#20013; &nope; & c", "a <b> 中 &nope; & c");
        check("1 < 2 and 3 > 2", "1 < 2 and 3 > 2");
    }

    #[test]
    fn nothing_runs_and_nothing_is_fetched() {
        check("<style>p{}</style><script>alert(1)</script>x<img src=http://t.example/p.png>", "x");
        check("<!-- hidden -->seen<svg onload=alert(1)><text>no</text></svg>", "seen");
        check("<a href=\"http://evil.example/\">http://bank.example/</a>", "http://bank.example/ <http://evil.example/>");
        check("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example");
        check("<script>never closed", "");
        check("<p title='broken>text", "text");
    }
}
