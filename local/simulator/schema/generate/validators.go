package main

import (
	"fmt"
	"go/ast"
	"regexp"
	"strings"
)

// Validator is one check of a value, or of each element of a list. A property accepts what all of its validators accept.
type Validator struct {
	Enum       []any        `json:"enum,omitempty"`
	IgnoreCase bool         `json:"ignoreCase,omitempty"`
	Not        bool         `json:"not,omitempty"` // the enum or the pattern is what is refused
	Pattern    string       `json:"pattern,omitempty"`
	Message    string       `json:"message,omitempty"` // of a pattern
	Min        any          `json:"min,omitempty"`
	Max        any          `json:"max,omitempty"`
	MinLength  any          `json:"minLength,omitempty"` // in bytes
	MaxLength  any          `json:"maxLength,omitempty"`
	Format     string       `json:"format,omitempty"` // the name of a function of Go, or the path of a property with a function of its own
	Arguments  []any        `json:"arguments,omitempty"`
	Any        []*Validator `json:"any,omitempty"` // accepts what one of them accepts

	all []*Validator
}

// validatorPackage matches the functions of the SDK and the framework that return validators.
var validatorPackage = regexp.MustCompile(`^(validation|\w+validator)\.`)

const frameworkValidators = framework + "-validators/"

// validatorFunctions are the functions of other modules, and some of the checkout, that return validators.
func validatorFunctions(module string) map[string]func([]any) any {
	verify := module + "/google-beta/verify."
	functions := map[string]func([]any) any{
		verify + "ValidateEnum":   func(a []any) any { return oneOf(argument(a, 0), false, false) },
		verify + "ValidateRegexp": func(a []any) any { return matching(argument(a, 0), "", false) },
		verify + "OrEmpty": func(a []any) any {
			return anyOf([]any{&Validator{Enum: []any{""}}, argument(a, 0)})
		},
		verify + "StringNotInSlice": func(a []any) any { return oneOf(argument(a, 0), argument(a, 1) == true, true) },
		module + "/google-beta/fwvalidators.StringValuesInSet": func(a []any) any {
			return oneOf(&List{a}, false, false)
		},
		frameworkValidators + "stringvalidator.OneOf":        func(a []any) any { return oneOf(&List{a}, false, false) },
		frameworkValidators + "stringvalidator.RegexMatches": func(a []any) any { return matching(argument(a, 0), argument(a, 1), false) },
		"regexp.MustCompile": func(a []any) any {
			return &Struct{typ: "regexp.Regexp", fields: map[string]any{"String": func([]any) any { return a[0] }, "pattern": a[0]}}
		},
	}
	for name, function := range map[string]func([]any) any{
		"StringInSlice":      func(a []any) any { return oneOf(argument(a, 0), argument(a, 1) == true, false) },
		"StringNotInSlice":   func(a []any) any { return oneOf(argument(a, 0), argument(a, 1) == true, true) },
		"IntInSlice":         func(a []any) any { return oneOf(argument(a, 0), false, false) },
		"StringMatch":        func(a []any) any { return matching(argument(a, 0), argument(a, 1), false) },
		"StringDoesNotMatch": func(a []any) any { return matching(argument(a, 0), argument(a, 1), true) },
		"StringLenBetween": func(a []any) any {
			return known(&Validator{MinLength: argument(a, 0), MaxLength: argument(a, 1)})
		},
		"All": func(a []any) any {
			made, problem := validators(a)
			if problem != "" {
				return Unknown(problem)
			}
			return &Validator{all: made}
		},
		"Any":        anyOf,
		"ToDiagFunc": func(a []any) any { return argument(a, 0) },
	} {
		functions[sdk+"validation."+name] = function
	}
	for _, number := range []string{"Int", "Float"} {
		functions[sdk+"validation."+number+"Between"] = func(a []any) any { return known(&Validator{Min: argument(a, 0), Max: argument(a, 1)}) }
		functions[sdk+"validation."+number+"AtLeast"] = func(a []any) any { return known(&Validator{Min: argument(a, 0)}) }
		functions[sdk+"validation."+number+"AtMost"] = func(a []any) any { return known(&Validator{Max: argument(a, 0)}) }
	}
	return functions
}

func oneOf(values any, ignoreCase, not bool) any {
	list, ok := values.(*List)
	if !ok {
		return Unknown("an unknown list of values")
	}
	return known(&Validator{Enum: list.items, IgnoreCase: ignoreCase, Not: not})
}

func matching(pattern, message any, not bool) any {
	if compiled, ok := pattern.(*Struct); ok {
		pattern = compiled.fields["pattern"]
	}
	text, ok := pattern.(string)
	if !ok {
		return Unknown("an unknown pattern")
	}
	said, _ := message.(string)
	return &Validator{Pattern: text, Message: said, Not: not}
}

func anyOf(arguments []any) any {
	made, problem := validators(arguments)
	if problem != "" {
		return Unknown(problem)
	}
	return &Validator{Any: made}
}

// known returns the validator, unless one of its limits or values could not be computed.
func known(validator *Validator) any {
	limits := append([]any{validator.Min, validator.Max, validator.MinLength, validator.MaxLength}, validator.Enum...)
	for _, limit := range append(limits, validator.Arguments...) {
		switch value := limit.(type) {
		case nil, bool, int64, float64, string:
		default:
			return Unknown(fmt.Sprintf("a validator with %v", value))
		}
	}
	return validator
}

// validators converts the values of a field such as ValidateFunc; it returns what is not known.
func validators(values []any) ([]*Validator, string) {
	found := []*Validator{}
	for _, value := range values {
		switch v := value.(type) {
		case nil:
		case *Validator:
			if v.all != nil {
				found = append(found, v.all...)
			} else {
				found = append(found, v)
			}
		case *Func:
			found = append(found, &Validator{Format: v.name})
		case Symbol:
			found = append(found, &Validator{Format: string(v)})
		case *Struct:
			found = append(found, &Validator{Format: v.typ})
		default:
			return nil, fmt.Sprintf("an unknown validator: %v", value)
		}
	}
	return found, ""
}

// makesValidator reports whether a function returns a validator. Such functions are not evaluated but named in the file.
func makesValidator(f *Func) bool {
	if f.name == "" || f.typ.Results == nil || len(f.typ.Results.List) != 1 {
		return false
	}
	result, ok := f.typ.Results.List[0].Type.(*ast.SelectorExpr)
	return ok && strings.HasPrefix(result.Sel.Name, "SchemaValidate")
}

// validate sets what a property accepts. One list of values is its enum; a function without a name is named after the property.
func (p *Provider) validate(path string, property *Property, values []any) {
	made, problem := validators(values)
	if problem != "" {
		p.Problems = append(p.Problems, fmt.Sprintf("%s: %s", path, problem))
	}
	for _, validator := range made {
		switch {
		case validator.Enum != nil && !validator.IgnoreCase && !validator.Not && property.Enum == nil:
			property.Enum = validator.Enum
		case validator.Format == "" && validator.Enum == nil && validator.Pattern == "" && validator.Any == nil &&
			validator.Min == nil && validator.Max == nil && validator.MinLength == nil && validator.MaxLength == nil:
			property.Validators = append(property.Validators, &Validator{Format: path})
		default:
			property.Validators = append(property.Validators, validator)
		}
	}
}
