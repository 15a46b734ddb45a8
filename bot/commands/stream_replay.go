package commands

import (
	"context"
	"strings"
	"unicode/utf8"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// replayAt is where a stream can be seen again. A card links to no other place than a platform that is known.
type replayAt struct{ url, platform string }

func (f *family) replayOption() bot.Option[replayAt] {
	o := bot.NewOption("replay", "option.replay", func(ctx context.Context, req *bot.Request, words string) (replayAt, error) {
		address := strings.TrimSpace(bot.Clean(words))
		if !strings.Contains(address, "://") {
			address = "https://" + address
		}
		if utf8.RuneCountInString(address) > addressLength || !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
			return replayAt{}, bot.ErrNotThis
		}
		found := replayAt{url: address}
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) error {
			names, err := v.Names()
			if err != nil {
				return err
			}
			at, ok := names.ReadAddress(address)
			if !ok || at.Platform == "" {
				return bot.ErrNotThis
			}
			found.platform = at.Platform
			return nil
		})
		return found, err
	})
	return o.Named().Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return bot.NewError(bot.Invalid, "stream.bad_replay", bot.Args{"Words": bot.Quote(words)})
	})
}
