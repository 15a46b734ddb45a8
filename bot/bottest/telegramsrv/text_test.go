package telegramsrv_test

import (
	"fmt"
	"strings"
	"testing"

	"boardcast/bot/bottest/telegramsrv"
)

// shown writes entities as type(part), with what else they have.
func shown(c telegramsrv.Content, found bool) string {
	var all []string
	for _, e := range c.Entities {
		if e.Found != found {
			continue
		}
		s := fmt.Sprintf("%s(%s)", e.Type, e.In(c.Text))
		if e.URL != "" {
			s += "→" + e.URL
		}
		if e.UserID != 0 {
			s += fmt.Sprintf("→%d", e.UserID)
		}
		if e.Unix != 0 {
			s += fmt.Sprintf("@%d,%s", e.Unix, e.Format)
		}
		if e.Language != "" {
			s += "/" + e.Language
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

func TestHTMLIsReadAsTelegramReadsIt(t *testing.T) {
	tests := []struct{ name, source, text, entities string }{
		{"plain", "a b", "a b", ""},
		{"bold, two ways", "<b>a</b><strong>b</strong>", "ab", "bold(a) bold(b)"},
		{"the plain tags", "<i>a</i><em>b</em><u>c</u><ins>d</ins>", "abcd", "italic(a) italic(b) underline(c) underline(d)"},
		{"struck out, three ways", "<s>a</s><strike>b</strike><del>c</del>", "abc", "strikethrough(a) strikethrough(b) strikethrough(c)"},
		{"code", "<code>a</code>", "a", "code(a)"},
		{"pre", "<pre>a</pre>", "a", "pre(a)"},
		{"pre with a language", `<pre><code class="language-go">a</code></pre>`, "a", "pre(a)/go"},
		{"a link", `<a href="https://example.com/x?a=1&amp;b=2">a</a>`, "a", "text_link(a)→https://example.com/x?a=1&b=2"},
		{"a link without a path", `<a href='http://example.com'>a</a>`, "a", "text_link(a)→http://example.com/"},
		{"a link that leads nowhere", `<a href="nowhere">a</a>`, "a", ""},
		{"a link with another scheme", `<a href="javascript://example.com/x">a</a>`, "a", ""},
		{"somebody without a name", `<a href="tg://user?id=1001">a</a>`, "a", "text_mention(a)→1001"},
		{"somebody unknown", `<a href="tg://user?id=5">a</a>`, "a", ""},
		{"a quotation", "<blockquote>a</blockquote>", "a", "blockquote(a)"},
		{"a quotation that opens", "<blockquote expandable>a</blockquote>", "a", "expandable_blockquote(a)"},
		{"a spoiler, two ways", `<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>`, "ab", "spoiler(a) spoiler(b)"},
		{"an emoji", `<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>`, "👍", "custom_emoji(👍)"},
		{"a time", `<tg-time unix="1700000000" format="wDT">then</tg-time>`, "then", "date_time(then)@1700000000,wDT"},
		{"a time as it is", `<tg-time unix="1700000000">then</tg-time>`, "then", "date_time(then)@1700000000,"},
		{"tags within tags", "<b>a<i>b</i></b>", "ab", "bold(ab) italic(b)"},
		{"no tag within code", "<code>a<b>b</b></code>", "ab", "code(ab)"},
		{"a time within code", `<code>a <tg-time unix="1700000000">b</tg-time></code>`, "a b", "code(a b)"},
		{"a tag around nothing", "<b></b>a", "a", ""},
		{"references", "&lt;&gt;&amp;&quot;&#65;&#x42;", `<>&"AB`, ""},
		{"references without an end", "&lt &amp", "< &", ""},
		{"no other name", "&nbsp;&apos;", "&nbsp;&apos;", ""},
		{"a bare &", "a & b &c &", "a & b &c &", ""},
		{"a bare >", "a > b", "a > b", ""},
		{"tags in capitals", "<B>a</b>", "a", "bold(a)"},
		{"offsets in UTF-16", "雷👍<b>é</b>", "雷👍é", "bold(é)"},
		{"space at the ends", "\n <b> a </b> \n", "a", "bold(a)"},
		{"an end without a name", "<b>a</>", "a", "bold(a)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			chat := w.AddPrivate(w.ann)
			got := w.call(t, "sendMessage", "chat_id", chat, "text", tt.source, "parse_mode", "HTML")
			m, _ := w.Last(chat)
			if !got.OK || m.Text != tt.text || shown(m.Content, false) != tt.entities || m.Source != tt.source {
				t.Errorf("%s: got %q %s, want %q %s", got.said(), m.Text, shown(m.Content, false), tt.text, tt.entities)
			}
		})
	}
}

func TestHTMLThatIsWrongIsRefused(t *testing.T) {
	tests := []struct{ name, source, want string }{
		{"a tag that is none", "Hello there <foo>x</foo>", `Unsupported start tag "foo" at byte offset 12`},
		{"br", "a<br>b", `Unsupported start tag "br" at byte offset 1`},
		{"a bare <", "1 < 2 and", `Unsupported start tag "" at byte offset 2`},
		{"a tag without an end", "<b>a", `Can't find end tag corresponding to start tag "b"`},
		{"the tag within without an end", "<b><i>a</b>", `Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`},
		{"an end without a tag", "a</b>", `Unexpected end tag at byte offset 1`},
		{"a tag that does not close", "a <b", `Unclosed start tag at byte offset 2`},
		{"an end that does not close", "<b>a</b", `Unclosed end tag at byte offset 4`},
		{"a value that does not close", `<a href="x>a</a>`, `Unclosed start tag at byte offset 0`},
		{"a span of no class", "<span>a</span>", `Tag "span" must have class "tg-spoiler" at byte offset 0`},
		{"an emoji without a number", "<tg-emoji>a</tg-emoji>", `Invalid custom emoji identifier specified`},
		{"a time without a number", "<tg-time>a</tg-time>", `Tag "tg-time" must have valid attribute "unix" at byte offset 0`},
		{"a time in no format", `<tg-time unix="1" format="tw">a</tg-time>`, `Tag "tg-time" has invalid attribute "format" at byte offset 0`},
		{"a time in two formats", `<tg-time unix="1" format="rT">a</tg-time>`, `Tag "tg-time" has invalid attribute "format" at byte offset 0`},
		{"an attribute without a name", `<a ="x">a</a>`, `Empty attribute name in the tag "a" at byte offset 0`},
		{"an offset in bytes", "雷<x>", `Unsupported start tag "x" at byte offset 3`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			chat := w.AddPrivate(w.ann)
			got := w.call(t, "sendMessage", "chat_id", chat, "text", tt.source, "parse_mode", "HTML").said()
			if want := "400 Bad Request: can't parse entities: " + tt.want; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if len(w.Messages(chat)) != 0 {
				t.Error("it was stored")
			}
		})
	}
}

func TestAnOldServerKnowsNoTimes(t *testing.T) {
	w := newWorld(t, func(c *telegramsrv.Config) { c.Lacks.Times = true })
	chat := w.AddPrivate(w.ann)
	got := w.call(t, "sendMessage", "chat_id", chat, "text", `At <tg-time unix="1">a</tg-time>`, "parse_mode", "HTML").said()
	if got != `400 Bad Request: can't parse entities: Unsupported start tag "tg-time" at byte offset 3` {
		t.Error(got)
	}
}

func TestWhatTheServerFindsInAText(t *testing.T) {
	tests := []struct{ name, source, want string }{
		{"a mention", "by @leijun, they say", "mention(@leijun)"},
		{"a mention that is too short", "by @lei", ""},
		{"a mention within a word", "a@leijun", ""},
		{"a mention after a bracket", "(@leijun)", "mention(@leijun)"},
		{"an address", "write to a.b@example.com", "email(a.b@example.com)"},
		{"a command", "type /live now", "bot_command(/live)"},
		{"a command for a bot", "/live@board_bot", "bot_command(/live@board_bot)"},
		{"a fraction", "1/2 and km/h", ""},
		{"a path", "/usr/bin", ""},
		{"a link with a scheme", "see https://example.org/a?b=1, or not", "url(https://example.org/a?b=1)"},
		{"a link without one", "see weibo.com/leijun.", "url(weibo.com/leijun)"},
		{"a link in a sentence of Chinese", "看 bilibili.com，好", "url(bilibili.com)"},
		{"a name that ends as domains do", "Node.js and e.g. this", ""},
		{"a domain of no country", "file.txt", ""},
		{"an app's own link", "tg://resolve?domain=x", "url(tg://resolve?domain=x)"},
		{"a topic", "a #Xiaomi car, #小米", "hashtag(#Xiaomi) hashtag(#小米)"},
		{"a number", "the #1", ""},
		{"a share", "$TSLA rose", "cashtag($TSLA)"},
		{"within code", "<code>@leijun /live weibo.com #a</code>", ""},
		{"within a link", `<a href="https://example.org">@leijun weibo.com</a>`, ""},
		{"within bold", "<b>@leijun</b>", "mention(@leijun)"},
		{"within a time", `<tg-time unix="1">@leijun</tg-time>`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			chat := w.AddPrivate(w.ann)
			got := w.call(t, "sendMessage", "chat_id", chat, "text", tt.source, "parse_mode", "HTML")
			m, _ := w.Last(chat)
			if !got.OK || shown(m.Content, true) != tt.want || len(m.Found()) != strings.Count(tt.want, "(") {
				t.Errorf("%s: got %s, want %s", got.said(), shown(m.Content, true), tt.want)
			}
		})
	}
}

func TestTextsHaveAFewThousandUnits(t *testing.T) {
	tests := []struct{ name, text, mode, want string }{
		{"nothing", "", "", "400 Bad Request: message text is empty"},
		{"space", " \n", "", "400 Bad Request: text must be non-empty"},
		{"tags around nothing", "<b> </b>", "HTML", "400 Bad Request: text must be non-empty"},
		{"the longest", strings.Repeat("雷", 4096), "", ""},
		{"one more", strings.Repeat("a", 4097), "", "400 Bad Request: message is too long"},
		{"those outside the plane count twice", strings.Repeat("👍", 2049), "", "400 Bad Request: message is too long"},
		{"tags do not count", "<b>" + strings.Repeat("&amp;", 4096) + "</b>", "HTML", ""},
		{"a mode that is none", "a", "BBCode", "400 Bad Request: unsupported parse_mode"},
		{"bytes that are no text", "a\xff", "", "400 Bad Request: strings must be encoded in UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			chat := w.AddPrivate(w.ann)
			if got := w.call(t, "sendMessage", "chat_id", chat, "text", tt.text, "parse_mode", tt.mode).said(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAHundredEntitiesAreKept(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddPrivate(w.ann)
	w.call(t, "sendMessage", "chat_id", chat, "text", strings.Repeat("<b>a</b> ", 120), "parse_mode", "HTML")
	if m, _ := w.Last(chat); len(m.Entities) != 100 {
		t.Errorf("kept %d", len(m.Entities))
	}
}

func TestKeyboardsAreChecked(t *testing.T) {
	row := func(n int, button string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(button+",", n), ",") + "]"
	}
	plain := `{"text":"a","callback_data":"b"}`
	tests := []struct{ name, markup, want string }{
		{"a button with data", "[[" + plain + "]]", ""},
		{"the longest data", `[[{"text":"a","callback_data":"` + strings.Repeat("b", 64) + `"}]]`, ""},
		{"longer data", `[[{"text":"a","callback_data":"` + strings.Repeat("b", 65) + `"}]]`, "BUTTON_DATA_INVALID"},
		{"data that is too long in bytes", `[[{"text":"a","callback_data":"` + strings.Repeat("雷", 22) + `"}]]`, "BUTTON_DATA_INVALID"},
		{"empty data", `[[{"text":"a","callback_data":""}]]`, "BUTTON_DATA_INVALID"},
		{"no label", `[[{"text":" ","callback_data":"b"}]]`, "can't parse inline keyboard button: Inline keyboard button text must be non-empty"},
		{"nothing to do", `[[{"text":"a"}]]`, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"a link", `[[{"text":"a","url":"https://weibo.com/u"}]]`, ""},
		{"a link into the app", `[[{"text":"a","url":"tg://user?id=1"}]]`, ""},
		{"a link with another scheme", `[[{"text":"a","url":"ftp://weibo.com"}]]`, "inline keyboard button URL 'ftp://weibo.com' is invalid: Wrong HTTP URL"},
		{"a link to nowhere", `[[{"text":"a","url":"https://nowhere"}]]`, "inline keyboard button URL 'https://nowhere' is invalid: Wrong HTTP URL"},
		{"eight in a row", "[" + row(8, plain) + "]", ""},
		{"nine in a row", "[" + row(9, plain) + "]", "REPLY_MARKUP_TOO_LONG"},
		{"a hundred", row(20, row(5, plain)), ""},
		{"more than a hundred", row(21, row(5, plain)), "REPLY_MARKUP_TOO_LONG"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			chat := w.AddPrivate(w.ann)
			want := tt.want
			if want != "" {
				want = "400 Bad Request: " + want
			}
			got := w.call(t, "sendMessage", "chat_id", chat, "text", "a", "reply_markup", `{"inline_keyboard":`+tt.markup+"}").said()
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestAReplyMayBeAskedFor(t *testing.T) {
	tests := []struct{ name, markup, want string }{
		{"with no hint", `{"force_reply":true}`, ""},
		{"with a hint", `{"force_reply":true,"input_field_placeholder":"Which zone?"}`, ""},
		{"with an empty hint", `{"force_reply":true,"input_field_placeholder":""}`, "400 Bad Request: input field placeholder must be 1-64 characters long"},
		{"with a long hint", `{"force_reply":true,"input_field_placeholder":"` + strings.Repeat("雷", 65) + `"}`, "400 Bad Request: input field placeholder must be 1-64 characters long"},
		{"what is no markup", `{"a":1}`, "400 Bad Request: object expected as reply markup"},
		{"what is no JSON", `{`, "400 Bad Request: can't parse reply keyboard markup JSON object"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, nil)
			chat := w.AddPrivate(w.ann)
			if got := w.call(t, "sendMessage", "chat_id", chat, "text", "a", "reply_markup", tt.markup).said(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHowAMessageWasSentIsKept(t *testing.T) {
	w := newWorld(t, nil)
	chat := w.AddPrivate(w.ann)
	asked := w.Say(chat, w.ann, "hello")
	w.call(t, "sendMessage", "chat_id", chat, "text", "a", "disable_notification", "true",
		"link_preview_options", `{"is_disabled":true}`, "reply_parameters", fmt.Sprintf(`{"message_id":%d}`, asked.ID))
	m, _ := w.Last(chat)
	if !m.Silent || !m.Preview.Disabled || m.ReplyTo != asked.ID || m.Mode != "" {
		t.Errorf("stored %+v", m)
	}
	if got := w.call(t, "sendMessage", "chat_id", chat, "text", "a", "reply_parameters", `{"message_id":99}`).said(); got != "400 Bad Request: message to be replied not found" {
		t.Error(got)
	}
	if got := w.call(t, "sendMessage", "chat_id", chat, "text", "a", "reply_parameters", `{"message_id":99,"allow_sending_without_reply":true}`).said(); got != "" {
		t.Error(got)
	}
}
