package discord

import (
	"fmt"
	"html"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
)

// TestPreview draws every golden post as Discord shows it, on a desktop and on a phone, into the HTML file that DISCORD_PREVIEW names:
// for people to look at, in a browser or with "chromium --headless --screenshot". Without the variable it is drawn and thrown away.
func TestPreview(t *testing.T) {
	t.Parallel()
	l := layoutFor(t)
	var page strings.Builder
	page.WriteString(previewHead)
	for _, view := range []string{"desktop", "phone"} {
		fmt.Fprintf(&page, `<div class="%s">`, view)
		for _, g := range goldens(t) {
			fmt.Fprintf(&page, "<h6>%s</h6>", html.EscapeString(g.name))
			for _, d := range draftsOf(t, l, g.post) {
				page.WriteString(pageOf(d))
			}
		}
		page.WriteString("</div>")
	}
	if n := strings.Count(page.String(), `class="message"`); n < 2*len(goldens(t)) {
		t.Errorf("%d messages for %d posts", n, len(goldens(t)))
	}
	file := os.Getenv("DISCORD_PREVIEW")
	if file == "" {
		return
	}
	if err := os.WriteFile(file, []byte(page.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func pageOf(d draft) string {
	var b strings.Builder
	b.WriteString(`<div class="message"><i></i><div><b class="who">boardcast</b><em>APP</em><small>08:20</small>`)
	fmt.Fprintf(&b, `<div class="content">%s</div>`, htmlOf(readMarkup(d.Content)))
	for _, e := range d.Embeds {
		b.WriteString(pageOfEmbed(e))
	}
	for _, r := range d.Components {
		b.WriteString(`<div class="row">`)
		for _, c := range r.Components {
			switch {
			case len(c.Options) > 0:
				fmt.Fprintf(&b, `<span class="menu">%s<u>⌄</u></span>`, html.EscapeString(c.Placeholder))
			default:
				fmt.Fprintf(&b, `<span class="button s%d">%s</span>`, c.Style, html.EscapeString(c.Label))
			}
		}
		b.WriteString(`</div>`)
	}
	b.WriteString(`</div></div>`)
	return b.String()
}

func pageOfEmbed(e *discordgo.MessageEmbed) string {
	var b strings.Builder
	colour := "#4e5058"
	if e.Color != 0 {
		colour = fmt.Sprintf("#%06x", e.Color)
	}
	fmt.Fprintf(&b, `<div class="embed" style="border-color:%s">`, colour)
	if e.Author != nil {
		fmt.Fprintf(&b, `<div class="author">%s</div>`, html.EscapeString(e.Author.Name))
	}
	if e.Title != "" {
		fmt.Fprintf(&b, `<div class="title">%s</div>`, htmlOf(readLine(e.Title)))
	}
	if e.Description != "" {
		fmt.Fprintf(&b, `<div class="description">%s</div>`, htmlOf(readMarkup(e.Description)))
	}
	if len(e.Fields) > 0 {
		b.WriteString(`<div class="fields">`)
		for i, f := range e.Fields {
			fmt.Fprintf(&b, `<div style="grid-column:%s"><b>%s</b><div>%s</div></div>`, columnOf(e.Fields, i), htmlOf(readLine(f.Name)), htmlOf(readMarkup(f.Value)))
		}
		b.WriteString(`</div>`)
	}
	if e.Image != nil {
		b.WriteString(`<div class="picture"></div>`)
	}
	if e.Footer != nil {
		fmt.Fprintf(&b, `<div class="footer">%s</div>`, html.EscapeString(e.Footer.Text))
	}
	b.WriteString(`</div>`)
	return b.String()
}

// columnOf is where a desktop draws a field in a grid of 12: three inline fields in a row, or two halves where there are but two.
func columnOf(fields []*discordgo.MessageEmbedField, i int) string {
	if !fields[i].Inline {
		return "1/13"
	}
	first, last := i, i
	for first > 0 && fields[first-1].Inline {
		first--
	}
	for last < len(fields)-1 && fields[last+1].Inline {
		last++
	}
	at, n := (i-first)%3, last-first+1
	inRow := min(3, n-(i-first)+at)
	if inRow == 2 {
		return strconv.Itoa(1+at*6) + "/" + strconv.Itoa(7+at*6)
	}
	return strconv.Itoa(1+at*4) + "/" + strconv.Itoa(5+at*4)
}

func htmlOf(all []node) string {
	tags := map[string]string{
		"bold": "b", "italic": "em", "underline": "u", "strike": "s", "link": "a", "url": "a", "autolink": "a", "subtext": "small", "item": "li",
		"code": "code", "codeblock": "pre", "heading": "h1", "quote": "blockquote", "spoiler": "mark", "user": "strong", "role": "strong",
	}
	var b strings.Builder
	for _, n := range all {
		text := html.EscapeString(n.text) + htmlOf(n.kids)
		switch tag := tags[n.kind]; {
		case n.kind == "time":
			fmt.Fprintf(&b, "<time>%s</time>", html.EscapeString(clockFace(n)))
		case n.kind == "user" || n.kind == "role":
			b.WriteString("<strong>@Drivers</strong>")
		case n.kind == "item" && strings.HasSuffix(n.to, "."):
			fmt.Fprintf(&b, `<li class="counted" value="%s">%s</li>`, strings.TrimSuffix(n.to, "."), text)
		case tag != "":
			fmt.Fprintf(&b, "<%s>%s</%s>", tag, text, tag)
		default:
			b.WriteString(text)
		}
	}
	return b.String()
}

// clockFace is a timestamp as a reader in Beijing sees it.
func clockFace(n node) string {
	unix, err := strconv.ParseInt(n.text, 10, 64)
	if err != nil {
		return n.text
	}
	faces := map[string]string{weekdayClock: "Monday, 2 January 2006 15:04", dayClock: "2 January 2006 15:04", timeClock: "15:04"}
	if n.to == relativeClock {
		return "in 2 days"
	}
	return time.Unix(unix, 0).In(time.FixedZone("", 8*60*60)).Format(faces[n.to])
}

const previewHead = `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #313338; color: #dbdee1; font: 16px/1.375 "Noto Sans", "Noto Sans CJK SC", sans-serif; display: flex; gap: 20px; align-items: flex-start }
.desktop { width: 700px; padding: 8px } .phone { width: 360px; padding: 8px 0; border-left: 1px solid #1e1f22; font-size: 15px }
h6 { margin: 14px 16px 4px; color: #80848e; font: 12px sans-serif }
.message { display: flex; padding: 4px 16px; gap: 16px } .phone .message { padding: 4px 12px; gap: 12px }
.message > i { flex: none; width: 40px; height: 40px; border-radius: 50%; background: #5865f2 } .message > div { flex: 1; min-width: 0 }
.who { color: #f2f3f5; font-weight: 500 } .message em:first-of-type { font-style: normal }
.message > div > em { background: #5865f2; color: #fff; font: 10px sans-serif; border-radius: 3px; padding: 1px 4px; margin: 0 6px } .message > div > small { color: #949ba4; font-size: 12px }
.content { white-space: pre-wrap; overflow-wrap: anywhere }
.embed { background: #2b2d31; border-left: 4px solid; border-radius: 4px; max-width: 516px; display: inline-block; padding: 8px 16px 16px 12px; margin-top: 4px; font-size: 14px; line-height: 18px; box-sizing: border-box; min-width: 200px }
.phone .embed { max-width: 100%; padding: 8px 12px 12px 10px }
.author { font-weight: 600; color: #f2f3f5; margin-top: 8px } .title { font-size: 16px; font-weight: 600; color: #f2f3f5; margin-top: 8px; line-height: 22px }
.description { margin-top: 8px; white-space: pre-wrap; overflow-wrap: anywhere } .fields { display: grid; grid-gap: 8px; margin-top: 8px; grid-template-columns: repeat(12, 1fr) }
.phone .fields { display: block } .phone .fields > div { margin-top: 8px }
.fields b { color: #f2f3f5; font-weight: 600 } .fields > div > b { display: block; min-height: 18px; margin-bottom: 2px } .fields > div > div { white-space: pre-wrap; overflow-wrap: anywhere }
.footer { font-size: 12px; line-height: 16px; margin-top: 8px; color: #dbdee1 } .picture { height: 160px; background: #444; border-radius: 4px; margin-top: 16px }
a { color: #00a8fc } time { background: #3f4248; border-radius: 3px; padding: 0 2px } code { background: #1e1f22; border-radius: 4px; padding: 2px 4px; font: 85% "Noto Sans Mono", monospace }
pre { background: #1e1f22; border: 1px solid #232428; border-radius: 4px; padding: 7px; margin: 6px 0 0; font: 12.5px/1.3 "Noto Sans Mono", "Noto Sans Mono CJK SC", monospace; white-space: pre-wrap }
.content small, .embed small { color: #949ba4; font-size: 13px; display: block } strong { background: #3c4270; color: #c9cdfb; border-radius: 3px; padding: 0 2px; font-weight: 500 }
li { margin: 0 0 4px 18px; white-space: normal } li.counted { list-style: decimal }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px } .button { background: #4e5058; color: #fff; border-radius: 8px; padding: 5px 14px; font-size: 14px; font-weight: 500 } .button.s1 { background: #5865f2 }
.menu { background: #1e1f22; color: #949ba4; border-radius: 6px; padding: 8px 12px; width: 400px; max-width: 100%; box-sizing: border-box; font-size: 15px } .menu u { float: right; text-decoration: none }
</style>`
