package discordsrv

import (
	"net/url"
)

// The kinds of components that the server knows, in Discord's numbers.
const (
	Row               = 1
	Button            = 2
	StringSelect      = 3
	TextInput         = 4
	UserSelect        = 5
	RoleSelect        = 6
	MentionableSelect = 7
	ChannelSelect     = 8
)

// Component is a component of a message or a modal, in Discord's fields.
type Component struct {
	Type          int            `json:"type"`
	ID            int            `json:"id,omitempty"`
	CustomID      string         `json:"custom_id,omitempty"`
	Style         int            `json:"style,omitempty"`
	Label         string         `json:"label,omitempty"`
	Emoji         *Emoji         `json:"emoji,omitempty"`
	URL           string         `json:"url,omitempty"`
	SKU           string         `json:"sku_id,omitempty"`
	Disabled      bool           `json:"disabled,omitempty"`
	Placeholder   string         `json:"placeholder,omitempty"`
	MinValues     *int           `json:"min_values,omitempty"`
	MaxValues     *int           `json:"max_values,omitempty"`
	Options       []SelectOption `json:"options,omitempty"`
	ChannelTypes  []ChannelType  `json:"channel_types,omitempty"`
	DefaultValues []DefaultValue `json:"default_values,omitempty"`
	Value         string         `json:"value,omitempty"`
	Required      *bool          `json:"required,omitempty"`
	MinLength     int            `json:"min_length,omitempty"`
	MaxLength     int            `json:"max_length,omitempty"`
	Components    []Component    `json:"components,omitempty"`
}

// Emoji is the picture of a button or an option.
type Emoji struct {
	ID       string `json:"id,omitempty"`
	Name     string `json:"name,omitempty"`
	Animated bool   `json:"animated,omitempty"`
}

// SelectOption is an option of a select menu.
type SelectOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description,omitempty"`
	Emoji       *Emoji `json:"emoji,omitempty"`
	Default     bool   `json:"default,omitempty"`
}

// DefaultValue is what a menu of users, roles or channels has chosen at first.
type DefaultValue struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

// The limits of components.
const (
	maxRows        = 5
	maxButtons     = 5 // in a row
	maxLabel       = 80
	maxCustomID    = 100
	maxURL         = 512
	maxOptions     = 25
	maxOptionText  = 100
	maxPlaceholder = 150
	maxModalTitle  = 45
	maxInputLabel  = 45
	maxInput       = 4000
	maxInputHint   = 100
	linkStyle      = 5
)

// chosen are the limits of a select menu.
func (c Component) chosen() (least, most int) {
	least, most = 1, 1
	assign(&least, c.MinValues)
	assign(&most, c.MaxValues)
	return least, most
}

func selects(kind int) bool {
	return kind == StringSelect || kind >= UserSelect && kind <= ChannelSelect
}

// flat are the components within rows.
func flat(rows []Component) []Component {
	var all []Component
	for _, row := range rows {
		all = append(all, row.Components...)
	}
	return all
}

// checkComponents notes what is wrong with the components of a message.
func (p *problems) checkComponents(path string, rows []Component) {
	if len(rows) > maxRows {
		p.counted(path, len(rows), maxRows)
	}
	seen := map[string]bool{}
	for i, row := range rows {
		at := join(path, i)
		if row.Type != Row {
			p.add(join(at, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).")
			continue
		}
		p.counted(join(at, "components"), len(row.Components), maxButtons)
		for j, c := range row.Components {
			p.checkComponent(join(at, "components", j), c, len(row.Components))
			p.unique(join(at, "components", j), c, seen)
		}
	}
}

func (p *problems) unique(path string, c Component, seen map[string]bool) {
	if c.CustomID == "" {
		return
	}
	if seen[c.CustomID] {
		p.add(join(path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	seen[c.CustomID] = true
}

func (p *problems) checkComponent(path string, c Component, together int) {
	switch {
	case c.Type == Button:
		p.checkButton(path, c)
	case selects(c.Type):
		if together > 1 {
			p.add(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
		}
		p.checkSelect(path, c)
	default:
		p.add(join(path, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).")
	}
}

func (p *problems) checkButton(path string, c Component) {
	p.longest(join(path, "label"), c.Label, maxLabel)
	if c.Label == "" && c.Emoji == nil {
		p.add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button needs a label or an emoji")
	}
	if c.Style < 1 || c.Style > linkStyle {
		p.add(join(path, "style"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5).")
	}
	if c.Style != linkStyle {
		p.filled(join(path, "custom_id"), c.CustomID, maxCustomID)
		if c.URL != "" {
			p.add(join(path, "url"), "BUTTON_COMPONENT_URL_NOT_ALLOWED", "Only a link button has a url")
		}
		return
	}
	if c.CustomID != "" {
		p.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
	}
	p.filled(join(path, "url"), c.URL, maxURL)
	u, err := url.Parse(c.URL)
	if c.URL != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "discord") {
		p.add(join(path, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https', 'discord').")
	}
}

func (p *problems) checkSelect(path string, c Component) {
	p.filled(join(path, "custom_id"), c.CustomID, maxCustomID)
	p.longest(join(path, "placeholder"), c.Placeholder, maxPlaceholder)
	least, most := c.chosen()
	if least < 0 || least > maxOptions {
		p.add(join(path, "min_values"), "NUMBER_TYPE_MAX", "int value should be between 0 and %d.", maxOptions)
	}
	if most < 1 || most > maxOptions || most < least {
		p.add(join(path, "max_values"), "NUMBER_TYPE_MAX", "int value should be between 1 and %d, and min_values.", maxOptions)
	}
	if c.Type != StringSelect {
		if len(c.Options) > 0 {
			p.add(join(path, "options"), "COMPONENT_OPTIONS_NOT_ALLOWED", "Only a menu of texts has options")
		}
		return
	}
	p.counted(join(path, "options"), len(c.Options), maxOptions)
	if most > len(c.Options) && len(c.Options) > 0 {
		p.add(join(path, "max_values"), "SELECT_COMPONENT_TOO_FEW_OPTIONS", "There are fewer options than max_values")
	}
	seen, defaults := map[string]bool{}, 0
	for i, o := range c.Options {
		at := join(path, "options", i)
		p.filled(join(at, "label"), o.Label, maxOptionText)
		p.filled(join(at, "value"), o.Value, maxOptionText)
		p.longest(join(at, "description"), o.Description, maxOptionText)
		if seen[o.Value] {
			p.add(join(at, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		seen[o.Value] = true
		if o.Default {
			defaults++
		}
	}
	if defaults > most {
		p.add(join(path, "options"), "SELECT_COMPONENT_MAX_DEFAULTS", "More options are chosen than max_values")
	}
}

// checkModal notes what is wrong with a modal.
func (p *problems) checkModal(m Modal) {
	p.filled("custom_id", m.CustomID, maxCustomID)
	p.filled("title", m.Title, maxModalTitle)
	p.counted("components", len(m.Components), maxRows)
	seen := map[string]bool{}
	for i, row := range m.Components {
		at := join("components", i)
		if row.Type != Row || len(row.Components) != 1 || row.Components[0].Type != TextInput {
			p.add(at, "UNION_TYPE_CHOICES", "A row of a modal is of type 1 and has one text input.")
			continue
		}
		p.checkInput(join(at, "components", 0), row.Components[0])
		p.unique(join(at, "components", 0), row.Components[0], seen)
	}
}

func (p *problems) checkInput(path string, c Component) {
	p.filled(join(path, "custom_id"), c.CustomID, maxCustomID)
	p.filled(join(path, "label"), c.Label, maxInputLabel)
	p.longest(join(path, "placeholder"), c.Placeholder, maxInputHint)
	p.longest(join(path, "value"), c.Value, maxInput)
	if c.Style != 1 && c.Style != 2 {
		p.add(join(path, "style"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2).")
	}
	if c.MinLength < 0 || c.MinLength > maxInput {
		p.add(join(path, "min_length"), "NUMBER_TYPE_MAX", "int value should be between 0 and %d.", maxInput)
	}
	if c.MaxLength < 0 || c.MaxLength > maxInput || c.MaxLength > 0 && c.MaxLength < c.MinLength {
		p.add(join(path, "max_length"), "NUMBER_TYPE_MAX", "int value should be between 1 and %d, and min_length.", maxInput)
	}
	if n := length(c.Value); c.Value != "" && (n < c.MinLength || c.MaxLength > 0 && n > c.MaxLength) {
		p.add(join(path, "value"), "BASE_TYPE_BAD_LENGTH", "Must be between min_length and max_length in length.")
	}
}
