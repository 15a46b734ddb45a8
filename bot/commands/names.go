package commands

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// platformOption is an option that is a platform by its id or name.
func (f *family) platformOption() bot.Option[storage.Platform] {
	o := bot.NewOption("platform", "option.platform", func(ctx context.Context, _ *bot.Request, words string) (storage.Platform, error) {
		const longest = 60 // bytes; a name that is longer is none
		if len(words) > longest {
			return storage.Platform{}, bot.ErrNotThis
		}
		folded := strings.TrimPrefix(strings.TrimPrefix(storage.Fold(words), "on "), "sur ")
		platforms, err := f.platforms(ctx, func(p storage.Platform) bool { return isCalled(p, folded) })
		if err != nil || len(platforms) == 0 {
			return storage.Platform{}, cmp.Or(err, bot.ErrNotThis)
		}
		return platforms[0], nil
	})
	return o.Proposing(f.proposePlatforms).Explained(func(ctx context.Context, req *bot.Request, words string) error {
		choices, err := f.proposePlatforms(ctx, req, "")
		if err != nil {
			return err
		}
		far := func(c bot.Choice) bool {
			slips := bot.Slips(storage.Fold(words), c.Value)
			return slips > 2 || slips >= utf8.RuneCountInString(words) // nothing of it is left
		}
		if near := slices.DeleteFunc(slices.Clone(choices), far); len(near) > 0 {
			said := bot.Args{"Words": bot.Quote(words), "Near": near[0].Label}
			near[0].Label = bot.Say("button.yes")
			return &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say("platform.near", said), Choices: near[:1]}
		}
		return &bot.ChoiceError{Code: bot.Unknown, Say: bot.Say("platform.unknown", bot.Args{"Words": bot.Quote(words)}), Choices: choices}
	})
}

func (f *family) proposePlatforms(ctx context.Context, req *bot.Request, typed string) ([]bot.Choice, error) {
	folded := storage.Fold(typed)
	begins := func(name string) bool { return strings.HasPrefix(storage.Fold(name), folded) }
	platforms, err := f.platforms(ctx, func(p storage.Platform) bool {
		return begins(p.ID) || slices.ContainsFunc(slices.Collect(maps.Values(p.Names)), begins)
	})
	_, locale := req.Own()
	choices := make([]bot.Choice, 0, len(platforms))
	for _, p := range platforms {
		choices = append(choices, bot.Choice{Value: p.ID, Label: bot.Lit(p.Names.In(locale))})
	}
	return choices, err
}

// platformName is a platform's name as the asker reads it.
func (f *family) platformName(ctx context.Context, req *bot.Request, id string) (name bot.Text, err error) {
	err = f.read(ctx, req, func(v cards.View, _ storage.Chat) (err error) {
		name, err = v.Platform(id)
		return err
	})
	return name, err
}

// platforms returns the platforms that fit.
func (f *family) platforms(ctx context.Context, fits func(storage.Platform) bool) ([]storage.Platform, error) {
	var platforms []storage.Platform
	err := f.Store.View(ctx, func(r storage.Reader) error {
		for p, err := range storage.Platforms.Scan(r) {
			if err != nil {
				return err
			}
			if fits(p) {
				platforms = append(platforms, p)
			}
		}
		return nil
	})
	return platforms, err
}

// isCalled reports whether a platform goes by a folded name.
func isCalled(p storage.Platform, folded string) bool {
	called := func(name string) bool { return storage.Fold(name) == folded }
	return folded != "" && (called(p.ID) || slices.ContainsFunc(slices.Collect(maps.Values(p.Names)), called))
}
