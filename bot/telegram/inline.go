package telegram

import (
	"context"
	"errors"
	"strings"

	"boardcast/bot"
)

// article is a card that somebody may put into any chat.
type article struct {
	Type        string      `json:"type"`
	ID          string      `json:"id"`
	Title       string      `json:"title"`
	Description string      `json:"description,omitempty"`
	Content     articleText `json:"input_message_content"`
}

type articleText struct {
	Text      string         `json:"message_text"`
	ParseMode string         `json:"parse_mode"`
	Preview   map[string]any `json:"link_preview_options"`
}

// offered are the commands whose answers are offered, about whom somebody names or about all.
func offered(named bool) []string {
	if named {
		return []string{"next", "who", "stats"}
	}
	return []string{"live", "next", "recent"}
}

// inline answers "@bot lei jun", typed in any chat, with what is next, who that is and the latest figures, as cards to choose from.
func (in *inbox) inline(ctx context.Context, q *inlineQuery) error {
	who := strings.TrimSpace(q.Query)
	var cards []article
	for _, command := range offered(who != "") {
		said := bot.Inbound{
			ID:   "i" + q.ID + command,
			Chat: chatOf(chat{ID: q.From.ID, Type: "private"}, 0), From: userOf(q.From), Sent: in.cfg.Now(),
			Text: strings.TrimSpace("/" + command + " " + who), Typing: true,
		}
		post, answered := in.bot.Answer(ctx, said)
		if !answered || post.Private { // what is private is a mistake, or nobody else's
			continue
		}
		cards = append(cards, in.article(command, post))
	}
	return in.offer(ctx, q, cards)
}

// article is a post as a card.
func (in *inbox) article(id string, post bot.Post) article {
	post.Buttons = nil // they would be pressed where the bot is not
	messages := in.layout(post, !in.noClocks.Load()).messages(post)
	voice := in.layout(post, false).voice
	const longest = 100
	return article{
		Type: "article", ID: id, Title: cut(voice.Plain(post.Headline), longest), Description: cut(in.second(voice, post), longest),
		Content: articleText{Text: messages[0].HTML, ParseMode: "HTML", Preview: map[string]any{"is_disabled": true}},
	}
}

// second is what a post says first below its headline.
func (in *inbox) second(voice bot.Voice, post bot.Post) string {
	for _, block := range post.Body {
		switch b := block.(type) {
		case bot.Paragraph:
			return voice.Plain(b.Text)
		case bot.Fields:
			if len(b) > 0 {
				return voice.Plain(bot.Joined(bot.LabelMark, b[0].Name, b[0].Value))
			}
		case bot.List:
			if len(b.Items) > 0 {
				return voice.Plain(b.Items[0])
			}
		}
	}
	return ""
}

// offer shows the cards, which are good for this person for a short while. Where there is none, a button leads to the bot.
func (in *inbox) offer(ctx context.Context, q *inlineQuery, cards []article) error {
	const seconds = 30
	said := params{"inline_query_id": q.ID, "results": cards, "cache_time": seconds, "is_personal": true}
	if len(cards) == 0 {
		words := in.layout(bot.Post{Locale: in.cfg.Words.Match(q.From.LanguageCode)}, false).voice.Plain(bot.Say("telegram.inline_none"))
		said["results"] = []article{}
		said["button"] = map[string]string{"text": words, "start_parameter": "inline"}
	}
	_, err := call[bool](ctx, in.client, "answerInlineQuery", said)
	if answer, ok := errors.AsType[*apiError](err); ok && answer.Status == badRequest && strings.Contains(answer.Description, "query is too old") {
		return nil
	}
	if lacksClocks(err) && !in.noClocks.Swap(true) {
		return in.inline(ctx, q)
	}
	return err
}

// cut is as much of words as fits some characters.
func cut(words string, most int) string {
	if runes := []rune(words); len(runes) > most {
		return strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return words
}
