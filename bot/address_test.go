package bot_test

import (
	"slices"
	"strings"
	"testing"

	"boardcast/bot"
)

func TestAddressesAreFoundWhereverAMessengerMightMakeALinkOfThem(t *testing.T) {
	t.Parallel()
	tests := []struct {
		line string
		want []string
	}{
		{"see weibo.com.", []string{"weibo.com"}},
		{"看weibo.com/leijun，更多", []string{"weibo.com/leijun"}},
		{"小米.中国 президент.рф", []string{"小米.中国", "президент.рф"}},
		{"(https://weibo.com/a?b=c&d)!", []string{"https://weibo.com/a?b=c&d"}},
		{"tg://user?id=1 or discord.gg/x", []string{"tg://user?id=1", "discord.gg/x"}},
		{"lei.jun@xiaomi.com", []string{"lei.jun@xiaomi.com"}},
		{"127.0.0.1:8080/x", []string{"127.0.0.1:8080/x"}},
		{"13.7 km, No.1, 3.5h, e.g. this, p.m., 1.5M, wait...what", nil},
		{"no sign of any", nil},
	}
	for _, test := range tests {
		var got []string
		for _, at := range bot.Addresses(test.line) {
			got = append(got, test.line[at[0]:at[1]])
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q has the addresses %q, want %q", test.line, got, test.want)
		}
	}
}

func TestOnlyPagesOfTheWebAreOpened(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]bool{
		"https://weibo.com/leijun": true, "http://1.2.3.4:80/": true, "HTTPS://A.CN": true,
		"tg://resolve?domain=x": false, "javascript:alert(1)": false, "https://localhost/": false, "https:a.cn": false, "//a.cn": false,
		"https://a.cn/ b": false, "https://a.cn/\u202e": false, "https://a.cn/\n": false, "": false, "://": false,
		"https://a.cn/" + strings.Repeat("x", 3000): false,
	} {
		if got := bot.OpensPage(bot.ParseLink(link)); got != want {
			t.Errorf("%.60q opens a page: %v, want %v", link, got, want)
		}
	}
}
