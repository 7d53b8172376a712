package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Step is a step of an acceptance test, with the names of Terraform's test framework.
type Step struct {
	Config                  string      `json:"config,omitempty"`
	Query                   bool        `json:"query,omitempty"`
	ResourceName            string      `json:"resourceName,omitempty"`
	ImportState             bool        `json:"importState,omitempty"`
	ImportStateVerify       bool        `json:"importStateVerify,omitempty"`
	ImportStateVerifyIgnore []string    `json:"importStateVerifyIgnore,omitempty"`
	ImportStateID           string      `json:"importStateId,omitempty"`
	ImportStateIDPrefix     string      `json:"importStateIdPrefix,omitempty"`
	HasImportStateIDFunc    bool        `json:"importStateIdFunc,omitempty"`
	ImportStateKind         string      `json:"importStateKind,omitempty"`
	RefreshState            bool        `json:"refreshState,omitempty"`
	ExpectError             string      `json:"expectError,omitempty"`
	PlanOnly                bool        `json:"planOnly,omitempty"`
	ExpectNonEmptyPlan      bool        `json:"expectNonEmptyPlan,omitempty"`
	Destroy                 bool        `json:"destroy,omitempty"`
	PlanChecks              []PlanCheck `json:"planChecks,omitempty"`
	Checks                  []Check     `json:"checks,omitempty"`
	// Functions that the step runs and that are not extracted: PreConfig, SkipFunc, Check and others.
	Functions []string `json:"functions,omitempty"`
}

// PlanCheck is what is expected of a plan: of a resource, or that it is empty.
type PlanCheck struct {
	// When is PreApply, PostApplyPreRefresh or PostApplyPostRefresh.
	When    string `json:"when"`
	Check   string `json:"check"`
	Address string `json:"address,omitempty"`
	Action  string `json:"action,omitempty"`
}

// Check is what is expected of the state: the name of the function of the framework, and its arguments.
type Check struct {
	Check     string `json:"check"`
	Arguments []any  `json:"arguments"`
}

// reading reads the fields of a step, and notes the first that is unknown.
type reading struct {
	fields map[string]any
	reason string
	detail string
}

func (r *reading) unknown(name string, value any) {
	if r.reason == "" {
		r.reason = unknownValue
		r.detail = fmt.Sprintf("%s: %T", name, value)
		if u, ok := value.(*Unknown); ok {
			r.detail = name + ": " + u.text
			if strings.Contains(u.text, "Bootstrap") {
				r.reason = noBootstrap
			}
		}
	}
}

func (r *reading) text(name string) string {
	switch value := r.fields[name].(type) {
	case nil:
	case string:
		return value
	default:
		r.unknown(name, value)
	}
	return ""
}

func (r *reading) flag(name string) bool {
	switch value := r.fields[name].(type) {
	case nil:
	case bool:
		return value
	default:
		r.unknown(name, value)
	}
	return false
}

func (r *reading) list(name string) []string {
	found := []string{}
	switch value := r.fields[name].(type) {
	case nil:
	case *List:
		for _, item := range value.items {
			if text, ok := item.(string); ok {
				found = append(found, text)
			} else {
				r.unknown(name, item)
			}
		}
	default:
		r.unknown(name, value)
	}
	return found
}

// read reads the case of an acceptance test.
func (in *Interpreter) read(into *Test, value any) {
	testCase, ok := value.(*Struct)
	if !ok {
		into.Reason, into.Detail = unknownValue, "the test case"
		return
	}
	into.Needs = slices.Clone(in.test.bootstraps)
	into.Setup = slices.DeleteFunc(slices.Clone(in.test.calls), isHarmless)
	if external, ok := testCase.fields["ExternalProviders"].(*Map); ok {
		for _, key := range external.keys() {
			into.Providers = append(into.Providers, fmt.Sprint(key))
		}
	}
	steps, ok := testCase.fields["Steps"].(*List)
	if !ok {
		into.Reason, into.Detail = unknownValue, "the steps"
		return
	}
	into.steps = steps.items
	for i, item := range steps.items {
		fields, ok := item.(*Struct)
		if !ok {
			into.Reason, into.Detail = unknownValue, fmt.Sprintf("step %d", i+1)
			return
		}
		step, r := readStep(fields.fields)
		if fields.fields["ConfigDirectory"] != nil || fields.fields["ConfigFile"] != nil {
			r.reason = noFiles
		}
		if r.reason != "" {
			into.Reason, into.Detail, into.Steps = r.reason, fmt.Sprintf("step %d, %s", i+1, r.detail), nil
			return
		}
		if step.ImportStateVerify {
			step.ignore("terraform_labels", "deletion_policy")
		}
		into.Steps = append(into.Steps, step)
	}
	types := map[string]bool{}
	for _, step := range into.Steps {
		if !step.Query {
			typesIn(step.Config, types)
		}
	}
	into.Types = slices.Sorted(maps.Keys(types))
}

// ignore adds what no import of the provider verifies, as acctest.VcrTest does.
func (s *Step) ignore(names ...string) {
	for _, name := range names {
		if !slices.Contains(s.ImportStateVerifyIgnore, name) {
			s.ImportStateVerifyIgnore = append(s.ImportStateVerifyIgnore, name)
		}
	}
}

// typesIn adds the types of a configuration.
func typesIn(config string, types map[string]bool) {
	file, _ := hclsyntax.ParseConfig([]byte(config), "main.tf", hcl.InitialPos)
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		switch {
		case block.Type == "resource" && len(block.Labels) == 2:
			types[block.Labels[0]] = true
		case (block.Type == "data" || block.Type == "ephemeral") && len(block.Labels) == 2:
			types[block.Type+"."+block.Labels[0]] = true
		case block.Type == "module" || block.Type == "import":
			types[block.Type] = true
		}
	}
}

// harmless are packages whose functions only compute something, or say what is expected.
var harmless = []string{
	"binary", "context", "crc32", "googleapi", "hex", "knownvalue", "plancheck", "querycheck", "queryfilter", "rand", "resource", "sha256",
	"sync", "testing", "tfjsonpath", "tfversion",
}

// isHarmless says whether a call has no effect on what exists in the project.
func isHarmless(name string) bool {
	pkg, _, _ := strings.Cut(name, ".")
	return slices.Contains(harmless, pkg) || strings.HasSuffix(name, "BootstrapConfig") || strings.HasSuffix(name, ".NewClient")
}

func isHarmlessOnly(calls []string) bool {
	return !slices.ContainsFunc(calls, func(name string) bool { return !isHarmless(name) })
}

func readStep(fields map[string]any) (Step, *reading) {
	r := &reading{fields: fields}
	step := Step{
		Config:                  r.text("Config"),
		Query:                   r.flag("Query"),
		ResourceName:            r.text("ResourceName"),
		ImportState:             r.flag("ImportState"),
		ImportStateVerify:       r.flag("ImportStateVerify"),
		ImportStateVerifyIgnore: r.list("ImportStateVerifyIgnore"),
		ImportStateID:           r.text("ImportStateId"),
		ImportStateIDPrefix:     r.text("ImportStateIdPrefix"),
		HasImportStateIDFunc:    fields["ImportStateIdFunc"] != nil,
		RefreshState:            r.flag("RefreshState"),
		PlanOnly:                r.flag("PlanOnly"),
		ExpectNonEmptyPlan:      r.flag("ExpectNonEmptyPlan"),
		Destroy:                 r.flag("Destroy"),
	}
	if kind, ok := fields["ImportStateKind"].(*Unknown); ok {
		step.ImportStateKind = last(kind.text)
	}
	if pattern, ok := fields["ExpectError"].(*regexp.Regexp); ok {
		step.ExpectError = pattern.String()
	} else if fields["ExpectError"] != nil {
		r.unknown("ExpectError", fields["ExpectError"])
	}
	step.PlanChecks = planChecks(&step, fields["ConfigPlanChecks"])
	step.checks(fields["Check"])
	for _, name := range []string{"PreConfig", "SkipFunc", "ImportStateCheck", "ConfigStateChecks", "RefreshPlanChecks", "QueryResultChecks"} {
		if fields[name] != nil {
			step.Functions = append(step.Functions, name)
		}
	}
	return step, r
}

func last(name string) string { return name[strings.LastIndex(name, ".")+1:] }

// plainPlanChecks are those that only look at what is planned for resources.
var plainPlanChecks = []string{"ExpectResourceAction", "ExpectEmptyPlan", "ExpectNonEmptyPlan", "expectNoDelete"}

func planChecks(step *Step, value any) []PlanCheck {
	checks, ok := value.(*Struct)
	if !ok {
		return nil
	}
	found := []PlanCheck{}
	for _, when := range slices.Sorted(maps.Keys(checks.fields)) {
		list, ok := checks.fields[when].(*List)
		if !ok {
			step.Functions = append(step.Functions, when)
			continue
		}
		for _, item := range list.items {
			check := PlanCheck{When: when}
			switch call := item.(type) {
			case *Unknown:
				check.Check = last(call.fun)
				if len(call.arguments) > 0 {
					check.Address, _ = call.arguments[0].(string)
				}
				if len(call.arguments) > 1 {
					if action, ok := call.arguments[1].(*Unknown); ok {
						check.Action = strings.TrimPrefix(last(action.text), "ResourceAction")
					}
				}
			case *Struct:
				// The provider's own checks: expectNoDelete.
				check.Check = call.typ
			}
			if !slices.Contains(plainPlanChecks, check.Check) {
				step.Functions = append(step.Functions, when)
			} else {
				found = append(found, check)
			}
		}
	}
	return found
}

// plainChecks are the checks of the framework that only compare attributes.
var plainChecks = []string{
	"TestCheckResourceAttr", "TestCheckResourceAttrSet", "TestCheckNoResourceAttr", "TestCheckResourceAttrPair", "TestMatchResourceAttr",
	"TestCheckOutput",
}

// checks reads what a step expects of the state, as far as it only compares attributes.
func (s *Step) checks(value any) {
	call, ok := value.(*Unknown)
	switch {
	case value == nil:
	case ok && slices.Contains([]string{"ComposeTestCheckFunc", "ComposeAggregateTestCheckFunc"}, last(call.fun)):
		for _, each := range call.arguments {
			s.checks(each)
		}
	case ok && slices.Contains(plainChecks, last(call.fun)):
		arguments := []any{}
		for _, each := range call.arguments {
			if pattern, ok := each.(*regexp.Regexp); ok {
				each = pattern.String()
			}
			if text, ok := each.(string); ok {
				arguments = append(arguments, text)
			}
		}
		if len(arguments) == len(call.arguments) {
			s.Checks = append(s.Checks, Check{last(call.fun), arguments})
			return
		}
		fallthrough
	default:
		if !slices.Contains(s.Functions, "Check") {
			s.Functions = append(s.Functions, "Check")
		}
	}
}
