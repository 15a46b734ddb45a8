package telegram

import (
	"cmp"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPreview draws every golden post as a phone shows it, 360 pixels wide, into the HTML file that TELEGRAM_PREVIEW names, or one
// that is thrown away: for people to look at, in a browser or with "chromium --headless --screenshot".
func TestPreview(t *testing.T) {
	file := cmp.Or(os.Getenv("TELEGRAM_PREVIEW"), filepath.Join(t.TempDir(), "preview.html"))
	l := clocked(t)
	framed := strings.NewReplacer("\n<pre>", "<pre>", "</pre>\n", "</pre>") // the frame of a table takes the line feeds beside it
	var page strings.Builder
	page.WriteString(previewHead)
	for _, g := range goldens(t) {
		fmt.Fprintf(&page, "<h6>%s</h6>", html.EscapeString(g.name))
		all := l.messages(g.post)
		for i, m := range all {
			fmt.Fprintf(&page, `<div class="bubble">%s<small>08:20</small></div>`, framed.Replace(m.HTML))
			if i == len(all)-1 {
				voice := l.readBy(g.post).voice
				keys, err := keyboard(g.post.Buttons, keyboardFor{voice: voice, shared: true, username: "boardcast_bot"})
				if err != nil {
					t.Fatal(err)
				}
				page.WriteString(drawn(keys))
			}
		}
	}
	if n := strings.Count(page.String(), `class="bubble"`); n < len(goldens(t)) {
		t.Errorf("%d bubbles for %d posts", n, len(goldens(t)))
	}
	if err := os.WriteFile(file, []byte(page.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func drawn(keys inlineKeyboard) string {
	var b strings.Builder
	for _, row := range keys.Rows {
		b.WriteString(`<div class="row">`)
		for _, key := range row {
			arrow := ""
			if key.URL != "" {
				arrow = "<u>↗</u>"
			}
			b.WriteString("<span>" + html.EscapeString(key.Text) + arrow + "</span>")
		}
		b.WriteString("</div>")
	}
	return b.String()
}

const previewHead = `<!doctype html><meta charset="utf-8"><style>
body { width: 360px; margin: 0; padding: 8px; box-sizing: border-box; background: #d5dfcb; font: 15px/1.3 Roboto, "Noto Sans", "Noto Sans CJK SC", sans-serif }
h6 { margin: 10px 4px 3px; color: #555; font-weight: normal }
.bubble { background: #fff; border-radius: 12px; padding: 6px 10px; white-space: pre-wrap; overflow-wrap: anywhere; width: 300px; box-sizing: border-box }
.bubble small { float: right; color: #888; font-size: 11px; margin-top: 4px }
a { color: #2678b6; text-decoration: none } tg-time { color: #2678b6 }
code, pre { font: 13px/1.35 "Noto Sans Mono", "Noto Sans Mono CJK SC", monospace; color: #7a3b00; white-space: pre-wrap }
pre { margin: 2px 0; background: #f3f3ef; border-radius: 6px; padding: 4px 6px; white-space: pre }
.row { display: flex; gap: 4px; width: 300px; margin-top: 4px }
.row span { flex: 1; min-width: 0; background: #8fa583; color: #fff; border-radius: 8px; text-align: center; padding: 8px 6px; position: relative; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.row u { position: absolute; right: 4px; top: 1px; font-size: 9px; text-decoration: none }
</style>`
