package commands

import (
	"context"
	"slices"
	"strconv"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// The bounds of wondering why.
const (
	// chainsOnPage is how many chains an answer shows: each is a few lines on a phone.
	chainsOnPage = 5
	// mostTold is how many notices of a chat are looked at.
	mostTold = 200
	// mostLooked is how many notices that are owed to any chats are looked at for those of one.
	mostLooked = 5000
)

// noticeOption is an option that is the handle of a notice, which the buttons of a list set.
func (f *family) noticeOption() bot.Option[string] {
	return bot.NewOption("notice", "option.notice", func(_ context.Context, _ *bot.Request, words string) (string, error) {
		handle, ok := idIn("n", words)
		if !ok {
			return "", bot.ErrNotThis
		}
		return handle, nil
	}).Named().Proposing(f.proposeNotices).Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return bot.NewError(bot.Unknown, "why.no_notice", bot.Args{"Words": bot.Quote(words)})
	})
}

// proposeNotices lists the latest notices to this chat, whose handles begin as typed.
func (f *family) proposeNotices(ctx context.Context, req *bot.Request, typed string) (choices []bot.Choice, err error) {
	err = f.read(ctx, req, func(v cards.View, chat storage.Chat) error {
		told, err := storage.Told(v, chat.ID, mostProposed)
		if err != nil {
			return err
		}
		for _, n := range told {
			line, err := v.Outcome(n)
			if err != nil {
				return err
			}
			choices = append(choices, bot.Choice{Value: n.Handle(), Label: bot.Join(aside, bot.Lit(n.Handle()), line)})
		}
		return nil
	})
	return bot.BeginningWith(typed, choices), err
}

func (f *family) whyCommand() *bot.Command {
	notice := f.noticeOption()
	return &bot.Command{
		Name: "why", Minor: true, Summary: "why.summary", Options: []bot.Param{f.stream, notice, f.page},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			return f.view(ctx, req, func(v cards.View, chat storage.Chat) (bot.Post, error) {
				only, given := f.stream.Given(req)
				w := wondering{f: f, req: req, v: v, chat: chat, community: chat.Scope(), stream: only.ID}
				if err := w.look(); err != nil {
					return bot.Post{}, err
				}
				if n, err := w.one(notice); err != nil || n != nil {
					return w.story(n, err)
				}
				post, found, err := w.list()
				if err == nil && given && !found {
					return v.Silence(only, chat)
				}
				return post, err
			})
		},
	}
}

// wondering is one question of why something came or did not.
type wondering struct {
	f    *family
	req  *bot.Request
	v    cards.View
	chat storage.Chat
	// community is whose changes are told by name; empty: everybody's.
	community storage.Scope
	stream    string // of which alone it is asked; empty: of all

	notices []storage.Notice // what is owed first, then what settled, latest first
	partly  bool             // more may be owed than was looked at
}

// look finds the notices of the chat.
func (w *wondering) look() error {
	owed, all, err := storage.OwedTo(w.v, w.chat, mostTold, mostLooked)
	if err != nil {
		return err
	}
	slices.SortStableFunc(owed, func(n, m storage.Notice) int { return n.Due.Compare(m.Due) })
	told, err := storage.Told(w.v, w.chat.ID, mostTold)
	w.notices, w.partly = append(owed, told...), !all
	return err
}

// one is the notice that is asked for: by its handle, or because it is asked of the very message; nil where it is neither.
func (w *wondering) one(option bot.Option[string]) (*storage.Notice, error) {
	handle, given := option.Given(w.req)
	for i, n := range w.notices {
		if given && n.Handle() == handle || !given && n.Message != "" && w.req.IsAbout(n.Message) {
			return &w.notices[i], nil
		}
	}
	if given {
		return nil, bot.NewError(bot.Unknown, "why.no_notice", bot.Args{"Words": bot.Quote(handle)})
	}
	return nil, nil //nolint:nilnil // nothing in particular is asked for, which is no failure
}

// story tells of one notice.
func (w *wondering) story(n *storage.Notice, err error) (bot.Post, error) {
	if err != nil {
		return bot.Post{}, err
	}
	changes, err := w.changes(n.Stream)
	if err != nil {
		return bot.Post{}, err
	}
	return w.v.NoticeStory(*n, changes, w.community)
}

func (w *wondering) changes(stream string) ([]storage.Entry, error) {
	if stream == "" {
		return nil, nil
	}
	return storage.ChangesOf(w.v, stream)
}

// list tells of each notice in a line, of those about one stream how they came about, with a button for the whole story of each. It reports
// whether there are any.
func (w *wondering) list() (post bot.Post, found bool, err error) {
	changes, err := w.changes(w.stream)
	if err != nil {
		return bot.Post{}, false, err
	}
	var list bot.List
	var handles []string
	for _, n := range w.notices {
		if w.stream != "" && n.Stream != w.stream {
			continue
		}
		item, err := w.item(n, changes)
		if err != nil {
			return bot.Post{}, false, err
		}
		list.Items, handles = append(list.Items, item), append(handles, n.Handle())
	}
	if len(list.Items) == 0 {
		return bot.Post{Headline: bot.Say("why.nothing"), Buttons: []bot.Button{bot.Press(bot.Say("button.watches"), "/watch list")}}, false, nil
	}
	list.Ordered = true
	post = bot.Post{Headline: bot.Say("why.headline"), Body: []bot.Block{list}}
	if w.partly {
		post.Footer = bot.Say("why.partly")
	}
	return w.paged(post, handles), true, nil
}

func (w *wondering) item(n storage.Notice, changes []storage.Entry) (bot.Text, error) {
	switch {
	case w.stream != "":
		return w.v.Chain(n, changes, w.community)
	case n.Owed():
		return w.v.OwedOutcome(n)
	default:
		return w.v.Outcome(n)
	}
}

// paged is the page of a list that is asked for, with a button for each line of it.
func (w *wondering) paged(post bot.Post, handles []string) bot.Post {
	size := onPage
	if w.stream != "" {
		size = chainsOnPage
	}
	l := w.f.leafOf(w.req, size)
	for i, handle := range handles[min(l.skip(), len(handles)):min(l.skip()+size, len(handles))] {
		post.Buttons = append(post.Buttons, bot.Press(bot.Lit(strconv.Itoa(i+1)), w.req.LineWith("notice", handle)))
	}
	return w.f.pagedBy(w.req, post, size)
}
