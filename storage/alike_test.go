package storage_test

import (
	"errors"
	"fmt"
	"testing"

	"boardcast/storage"
)

func TestAreAlike(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"teslaofficial", "teslaofficial", true},
		{"teslaofficial", "Tesla_Official", true},
		{"teslaofficial", "ｔｅｓｌａofficial", true},
		{"teslaofficial", "teslaofficia1", true},
		{"teslaofficial", "teslaoffficial", true},
		{"teslaofficial", "telsaofficial", true},
		{"teslaofficial", "teslaоfficiаl", true}, // two Cyrillic letters
		{"elonmusk", "elonrnusk", true},
		{"elonmusk", "eIonmusk", true},
		{"elonmusk", "real_elonmusk", false},
		{"leijun", "leijun1", true},
		{"leijun", "lijun", true},
		{"leijun", "liujin", false},
		{"nio", "nia", false}, // too short for a slip
		{"nio", "N10", true},
		{"雷军", "雷俊", false},
		{"小鹏汽车官方", "小鹏汽车官方1", true},
		{"1749127163", "1749127164", false}, // another number is another account
		{"1749127163", "1749127163", true},
		{"", "", false},
		{"leijun", "", false},
	} {
		if got := storage.AreAlike(test.a, test.b); got != test.want {
			t.Errorf("AreAlike(%q, %q) = %t", test.a, test.b, got)
		}
		if back := storage.AreAlike(test.b, test.a); back != test.want {
			t.Errorf("AreAlike(%q, %q) = %t", test.b, test.a, back)
		}
	}
}

func TestPlatformShowsItsOwnAddresses(t *testing.T) {
	weibo := storage.Platform{ID: "weibo", Hosts: []string{"weibo.com"}}
	for address, want := range map[string]bool{
		"https://weibo.com/leijun":              true,
		"http://WWW.Weibo.com/u/1":              true,
		"https://m.weibo.com/u/1?from=x":        true,
		"https://weibo.com.evil.example/leijun": false,
		"https://evilweibo.com/leijun":          false,
		"https://weibo.com@evil.example/leijun": false,
		"https://leijun:1@weibo.com/":           false,
		"https://weibo.com:8443/leijun":         false,
		"https://wеibo.com/leijun":              false, // a Cyrillic letter
		"javascript://weibo.com/%0aalert(1)":    false,
		"weibo.com/leijun":                      false,
		"":                                      false,
	} {
		if got := weibo.Shows(address); got != want {
			t.Errorf("%s: %t", address, got)
		}
	}
	if (storage.Platform{ID: "app"}).Shows("https://weibo.com/leijun") {
		t.Error("a platform without hosts shows an address")
	}
}

func TestHandleIn(t *testing.T) {
	for address, want := range map[string]string{
		"https://x.com/ElonMusk":        "elonmusk",
		"https://youtube.com/@Tesla/":   "tesla",
		"https://weibo.com/u/123?a=b/c": "123",
		"https://weibo.com":             "",
		"":                              "",
	} {
		if got := storage.HandleIn(address); got != want {
			t.Errorf("HandleIn(%q) = %q, want %q", address, got, want)
		}
	}
}

// A community removes a public account for itself; undone, it is seen again. Its own is gone for good, until that is undone.
func TestRemoveAccount(t *testing.T) {
	public := storage.Account{Scope: storage.Public, Owner: storage.Person("lei-jun"), Platform: "x", Handle: "leijun"}
	own := storage.Account{Scope: "g1", Owner: storage.Person("lei-jun"), Platform: "douyin", Handle: "mrlei"}
	for _, test := range []struct {
		scope   storage.Scope
		account storage.Account
		here    string // what the community is left with
		public  string
	}{
		{"g1", public, "[douyin mrlei]", "[weibo leijun x leijun]"},
		{"g1", own, "[x leijun]", "[weibo leijun x leijun]"},
		{storage.Public, public, "[douyin mrlei]", "[weibo leijun]"},
	} {
		d := &diary{t: t, store: roster(t)}
		d.do("m1", func(tx storage.Tx, _ storage.Chat, e *storage.Entry) error {
			change, err := storage.RemoveAccount(tx, test.scope, test.account)
			e.Changes = []storage.Change{change}
			return err
		})
		seen := func(scope storage.Scope) (list string) {
			read(t, d.store, func(r storage.Reader) error {
				accounts, err := storage.Scoped{Reader: r, Scope: scope}.AccountsOf(storage.Person("lei-jun"))
				list = fmt.Sprint(handles(accounts))
				return err
			})
			return list
		}
		if here, everywhere := seen("g1"), seen(storage.Public); here != test.here || everywhere != test.public {
			t.Errorf("%s removes %s: left with %s, and %s in public", test.scope, test.account.Handle, here, everywhere)
		}
		if _, err := d.undo("m2"); err != nil {
			t.Fatal(err)
		}
		if here, everywhere := seen("g1"), seen(storage.Public); here != "[douyin mrlei x leijun]" || everywhere != "[weibo leijun x leijun]" {
			t.Errorf("%s undone: %s, and %s in public", test.scope, here, everywhere)
		}
	}
}

func TestUndoOfAnAccountThatHasChangedSince(t *testing.T) {
	d := &diary{t: t, store: roster(t)}
	added := storage.Account{Scope: "g1", Owner: storage.Person("li-bin"), Platform: "x", Handle: "libin"}
	d.do("m1", func(tx storage.Tx, _ storage.Chat, e *storage.Entry) error {
		change, err := storage.PutAccount(tx, added, nil)
		e.Changes = []storage.Change{change}
		return err
	})
	write(t, d.store, func(tx storage.Tx) error {
		added.Name = "Li Bin"
		return storage.Accounts.Put(tx, added)
	})
	_, err := d.undo("m2")
	if conflict, ok := errors.AsType[*storage.ConflictError](err); !ok || conflict.Change.Account.Before.Handle != "libin" {
		t.Errorf("undone with %v", err)
	}
}
