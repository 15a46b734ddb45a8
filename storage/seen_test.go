package storage_test

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"boardcast/storage"
)

// roster writes a public roster and what two communities have made of it: g1 calls Lei Jun another name, put him at NIO and
// took his account away; g2 knows somebody more.
func roster(t *testing.T) storage.Store {
	t.Helper()
	store := recordStore(t)
	write(t, store, func(tx storage.Tx) error {
		for _, a := range []storage.Automaker{
			{Scope: "public", ID: "nio", Names: storage.Names{"en": "NIO"}, Zone: "Asia/Shanghai"},
			{Scope: "public", ID: "xiaomi", Names: storage.Names{"en": "Xiaomi"}, Zone: "Asia/Shanghai"},
			{Scope: "g1", ID: "xiaomi", Names: storage.Names{"en": "Rice"}, Parent: "rice-group", Zone: "Europe/Paris"},
		} {
			if err := storage.Automakers.Put(tx, a); err != nil {
				return err
			}
		}
		for _, e := range []storage.Executive{
			{Scope: "public", ID: "lei-jun", Names: storage.Names{"en": "Lei Jun", "zh": "雷军"}, Offices: []storage.Office{{Automaker: "xiaomi"}}},
			{Scope: "public", ID: "li-bin", Names: storage.Names{"en": "William Li"}, Offices: []storage.Office{{Automaker: "nio"}}},
			{Scope: "g1", ID: "lei-jun", Names: storage.Names{"en": "Mr Lei"}, Offices: []storage.Office{{Automaker: "nio"}}},
			{Scope: "g2", ID: "qin-lihong", Names: storage.Names{"en": "Qin Lihong"}, Offices: []storage.Office{{Automaker: "nio"}}},
		} {
			if err := storage.Executives.Put(tx, e); err != nil {
				return err
			}
		}
		for _, a := range []storage.Account{
			{Scope: "public", Owner: storage.Person("lei-jun"), Platform: "weibo", Handle: "leijun", URL: "https://weibo.com/leijun"},
			{Scope: "public", Owner: storage.Person("lei-jun"), Platform: "x", Handle: "leijun"},
			{Scope: "g1", Owner: storage.Person("lei-jun"), Platform: "weibo", Handle: "LeiJun", Removed: true},
			{Scope: "g1", Owner: storage.Person("lei-jun"), Platform: "douyin", Handle: "mrlei"},
		} {
			if err := storage.Accounts.Put(tx, a); err != nil {
				return err
			}
		}
		return nil
	})
	return store
}

func TestRosterIsSeenByScope(t *testing.T) {
	store := roster(t)
	for _, test := range []struct {
		scope storage.Scope
		want  map[string]string
	}{
		{storage.Public, map[string]string{
			"lei jun": "person:lei-jun", "雷军": "person:lei-jun", "mr lei": "", "leijun": "person:lei-jun", "mrlei": "", "xiaomi": "automaker:xiaomi", "rice": "",
			"qin lihong": "", "at nio": "William Li", "at xiaomi": "Lei Jun",
			"members": "nio William Li, xiaomi Lei Jun", "his name": "Lei Jun", "its name": "Xiaomi", "his zone": "Asia/Shanghai",
			"accounts": "weibo leijun, x leijun", "weibo.com/LeiJun/": "weibo leijun", "his companies": "xiaomi",
		}},
		{"g1", map[string]string{
			"lei jun": "person:lei-jun", // by his id
			"雷军":      "",
			"mr lei":  "person:lei-jun", "leijun": "person:lei-jun", "mrlei": "person:lei-jun", "xiaomi": "automaker:xiaomi",
			"rice": "automaker:xiaomi", "qin lihong": "",
			"at nio": "William Li, Mr Lei", "at xiaomi": "", "members": "nio William Li, nio Mr Lei", "his name": "Mr Lei",
			"its name": "Rice", "his zone": "Asia/Shanghai", "accounts": "douyin mrlei, x leijun", "weibo.com/LeiJun/": "",
			"his companies": "nio",
		}},
		{"g2", map[string]string{
			"lei jun": "person:lei-jun", "雷军": "person:lei-jun", "mr lei": "", "leijun": "person:lei-jun", "mrlei": "", "xiaomi": "automaker:xiaomi", "rice": "",
			"qin lihong": "person:qin-lihong",
			"at nio":     "William Li, Qin Lihong", "at xiaomi": "Lei Jun",
			"members": "nio William Li, nio Qin Lihong, xiaomi Lei Jun", "his name": "Lei Jun", "its name": "Xiaomi",
			"his zone": "Asia/Shanghai", "accounts": "weibo leijun, x leijun", "weibo.com/LeiJun/": "weibo leijun", "his companies": "xiaomi",
		}},
	} {
		got := map[string]string{}
		for asked := range test.want {
			got[asked] = rosterAnswer(t, store, test.scope, asked)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.scope, diff)
		}
	}
}

// rosterAnswer is what a community reads in a roster: who is called so, unless it is one of the questions below.
func rosterAnswer(t *testing.T, store storage.Store, scope storage.Scope, asked string) string {
	t.Helper()
	var said []string
	read(t, store, func(r storage.Reader) (err error) {
		s := storage.Scoped{Reader: r, Scope: scope}
		company, isAt := strings.CutPrefix(asked, "at ")
		switch {
		case isAt:
			said = gathered(t, s.PeopleOf(company), func(e storage.Executive) string { return e.Names["en"] })
		case asked == "members":
			said = gathered(t, s.AllMembers(), func(m storage.Member) string { return m.Automaker + " " + m.Names["en"] })
		case asked == "his name":
			names, err := s.PersonNames("lei-jun")
			said = []string{names["en"]}
			return err
		case asked == "its name":
			names, err := s.AutomakerNames("xiaomi")
			said = []string{names["en"]}
			return err
		case asked == "his zone":
			zone, err := s.UsualZone(storage.Person("lei-jun"))
			said = []string{zone}
			return err
		case asked == "his companies":
			person, err := s.Executive("lei-jun")
			said = person.Automakers(noon)
			return err
		case asked == "accounts":
			accounts, err := s.AccountsOf(storage.Person("lei-jun"))
			said = handles(accounts)
			return err
		case strings.Contains(asked, "."):
			accounts, err := s.AccountsAt(asked)
			said = handles(accounts)
			return err
		default:
			found, err := s.Called(asked)
			said = nil
			for _, subject := range found {
				said = append(said, subject.String())
			}
			return err
		}
		return nil
	})
	return strings.Join(said, ", ")
}

func gathered[V any](t *testing.T, all iter.Seq2[V, error], say func(V) string) []string {
	t.Helper()
	var said []string
	for v, err := range all {
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, say(v))
	}
	return said
}

func handles(accounts []storage.Account) []string {
	said := make([]string, 0, len(accounts))
	for _, a := range accounts {
		said = append(said, a.Platform+" "+a.Handle)
	}
	return said
}

// A stream counts for the companies at which its scope sees its people.
func TestStreamCountsByTheRosterOfItsScope(t *testing.T) {
	store := roster(t)
	for scope, want := range map[storage.Scope]string{storage.Public: "[xiaomi]", "g1": "[nio]", "g2": "[xiaomi]"} {
		var saved storage.Stream
		write(t, store, func(tx storage.Tx) (err error) {
			saved, err = storage.AddStream(tx, noon, storage.Stream{
				Scope: scope, People: []string{"lei-jun"}, State: storage.Announced, Start: startingIn(1),
			})
			return err
		})
		if got := fmt.Sprint(saved.Automakers); got != want {
			t.Errorf("in %s it counts for %s, want %s", scope, got, want)
		}
	}
}
