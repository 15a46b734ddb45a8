package storage

import (
	"slices"
	"strings"
)

// ChatsNamed returns up to n chats that a person who runs boardcast may mean: the one with that id, else those whose address or
// title it is, else those whose title has the words. It reads all chats.
func ChatsNamed(r Reader, words string, n int) ([]Chat, error) {
	if id, ok := ParseID("c", words); ok {
		chat, err := absentIsNil(Chats.Get(r, id))
		if err != nil || chat != nil {
			return slices.Collect(pointed(chat)), err
		}
	}
	folded := Fold(words)
	var exact, near []Chat
	for chat, err := range Chats.Scan(r) {
		if err != nil {
			return nil, err
		}
		title := Fold(chat.Title)
		switch {
		case len(exact) < n && (chat.Address.Key == words || title == folded && title != ""):
			exact = append(exact, chat)
		case len(near) < n && folded != "" && strings.Contains(title, folded):
			near = append(near, chat)
		}
	}
	if len(exact) > 0 {
		return exact, nil
	}
	return near, nil
}

func pointed[V any](v *V) func(yield func(V) bool) {
	return func(yield func(V) bool) {
		if v != nil {
			yield(*v)
		}
	}
}

// OwedTo returns up to n notices that a chat is still owed. It goes through what is owed on the chat's messenger, as far as most rows; all
// reports whether that was all of it.
func OwedTo(r Reader, chat Chat, n, most int) (owed []Notice, all bool, err error) {
	looked := 0
	for _, index := range []string{byFlight, byReady} {
		for row, err := range Notices.Rows(r, index, Range{Prefix: []string{string(chat.Address.Messenger)}}) {
			if err != nil || len(owed) == n || looked == most {
				return owed, false, err
			}
			looked++
			if row.Primary[len(row.Primary)-1] != chat.ID {
				continue
			}
			notice, err := Notices.Get(r, row.Primary...)
			if err != nil {
				return nil, false, err
			}
			owed = append(owed, notice)
		}
	}
	return owed, true, nil
}

// NoticesAbout returns up to n notices about a stream, public or of any community.
func NoticesAbout(r Reader, stream string, n int) ([]Notice, error) {
	scopes := []Scope{Public}
	for community, err := range Communities.Scan(r) {
		if err != nil {
			return nil, err
		}
		scopes = append(scopes, Scope(community.ID))
	}
	var about []Notice
	for _, scope := range scopes {
		for notice, err := range Notices.Scan(r, Notice{Scope: scope, Stream: stream}.Key()[0]) {
			if err != nil || len(about) == n {
				return about, err
			}
			about = append(about, notice)
		}
	}
	return about, nil
}
