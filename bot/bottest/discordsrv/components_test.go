package discordsrv_test

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func row(components ...object) object { return object{"type": 1, "components": components} }

func button(id string) object { return object{"type": 2, "style": 1, "label": "a", "custom_id": id} }

func option(value string) object { return object{"label": value, "value": value} }

func with(o object, pairs ...any) object {
	changed := maps.Clone(o)
	for i := 0; i+1 < len(pairs); i += 2 {
		changed[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return changed
}

func TestComponentsThatDiscordRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	menu := object{"type": 3, "custom_id": "m", "options": []object{option("a"), option("b")}}
	link := object{"type": 2, "style": 5, "label": "a", "url": "https://cars.example"}
	six := make([]object, 6)
	for i := range six {
		six[i] = button(strconv.Itoa(i))
	}
	many := make([]object, 26)
	for i := range many {
		many[i] = option(strconv.Itoa(i))
	}
	const first = "components.0.components.0"
	for name, c := range map[string]struct {
		rows []object
		want map[string]string
	}{
		"all is well":   {[]object{row(button("a"), button("b"), link), row(menu)}, map[string]string{}},
		"six rows":      {[]object{row(button("0")), row(button("1")), row(button("2")), row(button("3")), row(button("4")), row(button("5"))}, map[string]string{"components": "BASE_TYPE_BAD_LENGTH"}},
		"six buttons":   {[]object{row(six...)}, map[string]string{"components.0.components": "BASE_TYPE_BAD_LENGTH"}},
		"an empty row":  {[]object{row()}, map[string]string{"components.0.components": "BASE_TYPE_BAD_LENGTH"}},
		"no row":        {[]object{button("a")}, map[string]string{"components.0.type": "UNION_TYPE_CHOICES"}},
		"a new kind":    {[]object{row(object{"type": 4, "custom_id": "a"})}, map[string]string{first + ".type": "UNION_TYPE_CHOICES"}},
		"twice":         {[]object{row(button("a")), row(button("a"))}, map[string]string{"components.1.components.0.custom_id": "COMPONENT_CUSTOM_ID_DUPLICATED"}},
		"a long label":  {[]object{row(with(button("a"), "label", strings.Repeat("ж", 81)))}, map[string]string{first + ".label": "BASE_TYPE_MAX_LENGTH"}},
		"no label":      {[]object{row(with(button("a"), "label", ""))}, map[string]string{first: "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED"}},
		"no id":         {[]object{row(button(""))}, map[string]string{first + ".custom_id": "BASE_TYPE_REQUIRED"}},
		"a long id":     {[]object{row(button(strings.Repeat("a", 101)))}, map[string]string{first + ".custom_id": "BASE_TYPE_BAD_LENGTH"}},
		"no style":      {[]object{row(with(button("a"), "style", 0))}, map[string]string{first + ".style": "BASE_TYPE_CHOICES"}},
		"a linked id":   {[]object{row(with(link, "custom_id", "a"))}, map[string]string{first: "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"}},
		"a strange url": {[]object{row(with(link, "url", "javascript:1"))}, map[string]string{first + ".url": "URL_TYPE_INVALID_SCHEME"}},
		"a menu beside": {[]object{row(menu, button("a"))}, map[string]string{first: "COMPONENT_LAYOUT_WIDTH_EXCEEDED"}},
		"many options":  {[]object{row(with(menu, "options", many))}, map[string]string{first + ".options": "BASE_TYPE_BAD_LENGTH"}},
		"no options":    {[]object{row(with(menu, "options", []object{}))}, map[string]string{first + ".options": "BASE_TYPE_BAD_LENGTH"}},
		"same options": {
			[]object{row(with(menu, "options", []object{option("a"), option("a")}))},
			map[string]string{first + ".options.1.value": "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"},
		},
		"a long option": {
			[]object{row(with(menu, "options", []object{option(strings.Repeat("a", 101))}))},
			map[string]string{first + ".options.0.value": "BASE_TYPE_BAD_LENGTH", first + ".options.0.label": "BASE_TYPE_BAD_LENGTH"},
		},
		"a long hint":     {[]object{row(with(menu, "placeholder", strings.Repeat("a", 151)))}, map[string]string{first + ".placeholder": "BASE_TYPE_MAX_LENGTH"}},
		"too few options": {[]object{row(with(menu, "max_values", 3))}, map[string]string{first + ".max_values": "SELECT_COMPONENT_TOO_FEW_OPTIONS"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := w.call(t, http.MethodPost, "channels/"+w.channel+"/messages", object{"content": "a", "components": c.rows})
			if diff := cmp.Diff(c.want, r.wrong(t)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
