package commands

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"boardcast/bot"
	"boardcast/bot/cards"
	"boardcast/storage"
)

// addressLength is how long a web address may be, in characters.
const addressLength = 200

func (f *family) accountCommand() *bot.Command {
	return &bot.Command{
		Name: "account", Summary: "account.summary", Access: bot.Moderator, Minor: true,
		Sub: []*bot.Command{f.accountAdd(), f.accountRemove()},
	}
}

// platformOfAddress says where an address is that stands in the place of the platform, which is how people paste one.
func (f *family) platformOfAddress(ctx context.Context, req *bot.Request, words string) error {
	var at storage.Address
	err := f.read(ctx, req, func(v cards.View, _ storage.Chat) error {
		names, err := v.Names()
		if err == nil {
			at, _ = names.ReadAddress(words)
		}
		return err
	})
	if err != nil {
		return err
	}
	if at.Platform == "" {
		return f.platform.Explain(ctx, req, words)
	}
	name, err := f.platformName(ctx, req, at.Platform)
	if err != nil {
		return err
	}
	line := strings.Replace(req.Line, words, at.Platform+" "+words, 1)
	return bot.NewError(bot.Invalid, "platform.of_address", bot.Args{"Platform": name}, bot.Press(bot.Say("button.yes"), line))
}

func (f *family) accountAdd() *bot.Command {
	who := f.who.Required()
	platform := f.platform.Required().Explained(f.platformOfAddress)
	handle, address := handleOption(), addressOption()
	name := bot.TextOption("name", "option.account_name", nameLength).Named()
	return &bot.Command{
		Name: "add", Summary: "account.add", Access: bot.Moderator,
		Options: []bot.Param{who, platform, handle, address, name},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			wanted := storage.Account{
				Owner: who.Of(req), Platform: platform.Of(req).ID, Handle: handle.Of(req), URL: address.Of(req), Name: name.Of(req),
				Source: storage.Provenance{By: req.From.Name},
			}
			if err := checkAccount(wanted, platform.Of(req), req); err != nil {
				return bot.Post{}, err
			}
			return f.changeAccounts(ctx, req, wanted.Owner, func(tx storage.Tx, v cards.View, scope storage.Scope) ([]storage.Change, error) {
				return addAccount(tx, v, scope, wanted)
			})
		},
	}
}

// checkAccount refuses what is no account, whatever is known already.
func checkAccount(a storage.Account, platform storage.Platform, req *bot.Request) error {
	_, locale := req.Own()
	named := bot.Args{
		"Platform": bot.Lit(platform.Names.In(locale)), "Hosts": bot.Joined(bot.ListMark, bot.Literals(platform.Hosts)...),
	}
	switch {
	case a.Owner == storage.Everything:
		return bot.NewError(bot.Invalid, "account.whose", nil, bot.PressLine("/who"))
	case a.Handle+a.URL+a.Name == "":
		return bot.NewError(bot.Invalid, "account.needs", named, bot.PressLine("/who "+a.Owner.ID))
	case a.URL == "" || platform.Shows(a.URL):
		return nil
	case len(platform.Hosts) == 0:
		return bot.NewError(bot.Invalid, "account.no_addresses", named)
	default:
		return bot.NewError(bot.Invalid, "account.elsewhere", named)
	}
}

// addAccount adds an account, or says more of one that is known, unless it may be taken for another one.
func addAccount(tx storage.Tx, v cards.View, scope storage.Scope, wanted storage.Account) ([]storage.Change, error) {
	wanted.Scope = scope
	sees := storage.Scoped{Reader: tx, Scope: scope}
	switch there, err := isKnown(sees, wanted.Owner); {
	case err != nil:
		return nil, err
	case !there:
		return nil, onlyHere(v, wanted.Owner)
	}
	known, err := sees.AccountsOf(wanted.Owner)
	if err != nil {
		return nil, err
	}
	same := sameAccount(known, wanted)
	like, err := v.AccountsLike(wanted)
	if err != nil {
		return nil, err
	}
	like = slices.DeleteFunc(like, func(a storage.Account) bool { return same != nil && reflect.DeepEqual(a, *same) })
	if len(like) > 0 {
		return nil, refuseLike(v, wanted, like)
	}
	if same == nil {
		change, err := storage.PutAccount(tx, wanted, nil)
		return []storage.Change{change}, err
	}
	return fillAccount(tx, v, *same, wanted)
}

// isKnown reports whether the owner of an account is known where the account is to be.
func isKnown(s storage.Scoped, owner storage.Subject) (bool, error) {
	var err error
	if owner.Kind == storage.PersonSubject {
		_, err = s.PersonNames(owner.ID)
	} else {
		_, err = s.AutomakerNames(owner.ID)
	}
	if isAbsent(err) {
		return false, nil
	}
	return err == nil, err
}

// sameAccount finds the account that is meant among those that its owner has: the one of that handle, or the one whose handle
// nobody has told yet.
func sameAccount(known []storage.Account, wanted storage.Account) *storage.Account {
	var unnamed *storage.Account
	for _, a := range known {
		switch {
		case a.Platform != wanted.Platform:
		case wanted.Handle != "" && strings.EqualFold(a.Handle, wanted.Handle),
			wanted.Handle == "" && wanted.URL != "" && storage.FoldAddress(a.URL) == storage.FoldAddress(wanted.URL):
			return &a
		case a.Handle == "":
			unnamed = &a
		}
	}
	return unnamed
}

// fillAccount says more of a known account. What is known of it is not replaced.
func fillAccount(tx storage.Tx, v cards.View, known, wanted storage.Account) ([]storage.Change, error) {
	filled := known
	filled.Scope = wanted.Scope
	for _, part := range []struct {
		have *string
		say  string
	}{{&filled.Handle, wanted.Handle}, {&filled.URL, wanted.URL}, {&filled.Name, wanted.Name}} {
		if *part.have == "" {
			*part.have = part.say
		}
	}
	if filled.Handle == known.Handle && filled.URL == known.URL && filled.Name == known.Name {
		account, err := v.AccountOn(known)
		if err != nil {
			return nil, err
		}
		return nil, bot.NewError(bot.Conflict, "account.already", bot.Args{"Known": account},
			bot.PressLine("/who "+known.Owner.ID))
	}
	var changes []storage.Change
	if filled.Handle != known.Handle { // it is kept under its handle from now on
		change, err := storage.RemoveAccount(tx, wanted.Scope, known)
		if err != nil {
			return nil, err
		}
		changes = append(changes, change)
	}
	change, err := storage.PutAccount(tx, filled, &known)
	return append(changes, change), err
}

// refuseLike says whose account it is, or whose it may be taken for.
func refuseLike(v cards.View, wanted storage.Account, like []storage.Account) error {
	for _, a := range like {
		switch {
		case wanted.Handle != "" && strings.EqualFold(a.Handle, wanted.Handle):
			return accountError(v, "account.taken", "@"+wanted.Handle, a)
		case wanted.URL != "" && storage.FoldAddress(a.URL) == storage.FoldAddress(wanted.URL):
			return accountError(v, "account.taken", wanted.URL, a)
		}
	}
	typed := "@" + wanted.Handle
	if wanted.Handle == "" {
		typed = cmp.Or(wanted.URL, wanted.Name)
	}
	return accountError(v, "account.look_alike", typed, like[0])
}

// accountError says a message about what was typed and the known account beside it.
func accountError(v cards.View, key, typed string, known storage.Account) error {
	account, err := v.AccountOn(known)
	if err != nil {
		return err
	}
	return bot.NewError(bot.Conflict, key, bot.Args{"Typed": bot.Quote(typed), "Known": account},
		bot.PressLine("/who "+known.Owner.ID))
}

func (f *family) accountRemove() *bot.Command {
	account := f.accountOption().Required().Rest()
	return &bot.Command{
		Name: "remove", Summary: "account.remove", Access: bot.Moderator, Options: []bot.Param{account},
		Run: func(ctx context.Context, req *bot.Request) (bot.Post, error) {
			gone := account.Of(req)
			return f.changeAccounts(ctx, req, gone.Owner, func(tx storage.Tx, v cards.View, scope storage.Scope) ([]storage.Change, error) {
				if scope == storage.Public && gone.Scope != scope {
					return nil, onlyHere(v, gone.Owner)
				}
				change, err := storage.RemoveAccount(tx, scope, gone)
				return []storage.Change{change}, err
			})
		},
	}
}

// changeAccounts changes accounts of somebody and answers with the profile.
func (f *family) changeAccounts(ctx context.Context, req *bot.Request, owner storage.Subject,
	alter func(tx storage.Tx, v cards.View, scope storage.Scope) ([]storage.Change, error),
) (bot.Post, error) {
	return f.change(ctx, req, func(tx storage.Tx, chat storage.Chat, e *storage.Entry) (err error) {
		e.Changes, err = alter(tx, f.viewOf(tx, req, chat), scopeOf(req, chat))
		return err
	}, func(v cards.View, _ storage.Chat, e storage.Entry) (bot.Post, error) {
		profile := v.CompanyProfile
		if owner.Kind == storage.PersonSubject {
			profile = v.Profile
		}
		post, err := profile(owner.ID)
		if err != nil {
			return bot.Post{}, err
		}
		c := e.Changes[len(e.Changes)-1].Account
		key, shown := "account.added", c.After
		if c.After == nil || c.After.Removed {
			key, shown = "account.removed", c.Before
		}
		account, err := v.AccountOn(*shown)
		post.Headline = bot.Say(key, bot.Args{"Account": account})
		post.Buttons = []bot.Button{undoHint()}
		return post, err
	})
}

// handleOption is an option that is a handle, with or without "@".
func handleOption() bot.Option[string] {
	o := bot.NewOption("handle", "option.handle", func(_ context.Context, _ *bot.Request, words string) (string, error) {
		handle := strings.TrimPrefix(bot.Clean(words), "@")
		odd := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("/:@", r) }
		if storage.Fold(handle) == "" || strings.ContainsFunc(handle, odd) || utf8.RuneCountInString(handle) > nameLength {
			return "", bot.ErrNotThis
		}
		return handle, nil
	})
	return o.Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return bot.NewError(bot.Invalid, "account.bad_handle", bot.Args{"Words": bot.Quote(words)})
	})
}

// addressOption is an option that is a web address, with or without "https://".
func addressOption() bot.Option[string] {
	o := bot.NewOption("url", "option.url", func(_ context.Context, _ *bot.Request, words string) (string, error) {
		address := bot.Clean(words)
		if strings.ContainsFunc(address, unicode.IsSpace) || !strings.Contains(storage.FoldAddress(address), "/") {
			return "", bot.ErrNotThis
		}
		if utf8.RuneCountInString(address) > addressLength {
			return "", bot.NewError(bot.Limit, "error.too_long", bot.Args{"Max": bot.N(addressLength)})
		}
		if !strings.Contains(address, "://") {
			address = "https://" + address
		}
		return address, nil
	})
	return o.Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return bot.NewError(bot.Invalid, "account.bad_address", bot.Args{"Words": bot.Quote(words)})
	})
}

// accountOption is an option that is a known account: by its handle, its address, or whose it is and where.
func (f *family) accountOption() bot.Option[storage.Account] {
	o := bot.NewOption("account", "option.account", func(ctx context.Context, req *bot.Request, words string) (storage.Account, error) {
		owner, platform := words, ""
		if i := strings.LastIndex(strings.TrimSpace(words), " "); i > 0 {
			if p, err := f.platform.Read(ctx, req, words[i+1:]); err == nil {
				owner, platform = words[:i], p.ID
			}
		}
		var account storage.Account
		err := f.read(ctx, req, func(v cards.View, _ storage.Chat) error {
			found, err := findAccounts(v, owner, platform)
			if err != nil {
				return err
			}
			account, err = oneAccount(v, words, found)
			return err
		})
		return account, err
	})
	propose := func(ctx context.Context, req *bot.Request, typed string) (choices []bot.Choice, err error) {
		const most = 10
		err = f.read(ctx, req, func(v cards.View, _ storage.Chat) error {
			accounts, err := v.AccountsFrom(storage.Fold(typed), most)
			if err != nil {
				return err
			}
			choices, err = accountChoices(v, accounts)
			return err
		})
		return choices, err
	}
	return o.Proposing(propose).Explained(func(_ context.Context, _ *bot.Request, words string) error {
		return bot.NewError(bot.Unknown, "account.unknown", bot.Args{"Words": bot.Quote(words)}, bot.PressLine("/who"))
	})
}

// findAccounts finds the accounts that words mean, on a platform or, if that is empty, on any.
func findAccounts(v cards.View, words, platform string) ([]storage.Account, error) {
	found, err := v.AccountsAt(words)
	if err != nil || len(found) > 0 {
		return found, err
	}
	// "weibo/leijun" is what buttons say; an account without a handle goes by the id of its owner there.
	if place, name, ok := strings.Cut(words, "/"); ok {
		words, platform = name, place
	}
	if found, err = v.AccountsCalled(storage.Fold(words)); err != nil {
		return nil, err
	}
	if owner, err := readWho(v, words); err == nil {
		owned, err := v.AccountsOf(owner)
		if err != nil {
			return nil, err
		}
		for _, a := range owned {
			if !slices.ContainsFunc(found, func(b storage.Account) bool { return reflect.DeepEqual(a, b) }) {
				found = append(found, a)
			}
		}
	}
	return slices.DeleteFunc(found, func(a storage.Account) bool { return platform != "" && a.Platform != platform }), nil
}

// oneAccount is the one that was found; several are asked back.
func oneAccount(v cards.View, words string, found []storage.Account) (storage.Account, error) {
	switch len(found) {
	case 0:
		return storage.Account{}, bot.ErrNotThis
	case 1:
		return found[0], nil
	}
	choices, err := accountChoices(v, found)
	if err != nil {
		return storage.Account{}, err
	}
	return storage.Account{}, &bot.ChoiceError{
		Code: bot.Ambiguous, Say: bot.Say("account.several", bot.Args{"Words": bot.Quote(words)}), Choices: choices,
	}
}

func accountChoices(v cards.View, accounts []storage.Account) ([]bot.Choice, error) {
	choices := make([]bot.Choice, 0, len(accounts))
	for _, a := range accounts {
		label, err := v.AccountOn(a)
		if err != nil {
			return nil, err
		}
		choices = append(choices, bot.Choice{Value: a.Platform + "/" + cmp.Or(a.Handle, a.Owner.ID), Label: label})
	}
	return choices, nil
}
