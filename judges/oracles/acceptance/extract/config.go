package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Config is a configuration of Terraform while it is evaluated.
type Config struct {
	source    []byte
	state     map[string]cty.Value
	context   *hcl.EvalContext
	locals    map[string]hcl.Expression
	known     map[string]cty.Value // evaluated locals
	variables map[string]cty.Value
	// declared are the resources and data sources by address.
	declared map[string]*Declaration
	problems []string
}

// Declaration is a block of a resource, a data source or an ephemeral resource.
type Declaration struct {
	address, mode, kind, name string
	block                     *hclsyntax.Block
	// needs are the addresses that the block refers to.
	needs []string
	// value is what others see: an object, or a tuple or a map of them.
	value     cty.Value
	isVisited bool
}

// Instance is a resource or data source with the values of its attributes.
type Instance struct {
	Address    string         `json:"address"`
	Mode       string         `json:"mode"`
	Type       string         `json:"type"`
	Name       string         `json:"name"`
	Key        any            `json:"key,omitempty"`
	Provider   string         `json:"provider,omitempty"`
	Attributes map[string]any `json:"attributes"`
	Needs      []string       `json:"needs,omitempty"`
	// Waits are the addresses of which the state is needed to know all attributes.
	Waits     []string       `json:"waits,omitempty"`
	Lifecycle map[string]any `json:"lifecycle,omitempty"`
	Timeouts  map[string]any `json:"timeouts,omitempty"`
	Problems  []string       `json:"problems,omitempty"`
}

// ProviderBlock is the configuration of a provider.
type ProviderBlock struct {
	Type       string         `json:"type"`
	Alias      string         `json:"alias,omitempty"`
	Attributes map[string]any `json:"attributes"`
}

// Plan is an evaluated configuration.
type Plan struct {
	Providers []ProviderBlock `json:"providers"`
	Resources []*Instance     `json:"resources"`
	Outputs   map[string]any  `json:"outputs,omitempty"`
	Problems  []string        `json:"problems,omitempty"`
}

// Evaluate evaluates a configuration with the state of the resources that exist. Files are relative to a folder.
func Evaluate(text, folder, now string, state map[string]cty.Value) *Plan {
	file, problems := hclsyntax.ParseConfig([]byte(text), "main.tf", hcl.InitialPos)
	c := &Config{
		source: []byte(text), state: state, locals: map[string]hcl.Expression{}, known: map[string]cty.Value{},
		variables: map[string]cty.Value{}, declared: map[string]*Declaration{},
	}
	plan := &Plan{Providers: []ProviderBlock{}, Resources: []*Instance{}}
	c.note(problems)
	if problems.HasErrors() {
		plan.Problems = c.problems
		return plan
	}
	root := func(name string) cty.Value { return cty.StringVal(filepath.ToSlash(name)) }
	c.context = &hcl.EvalContext{
		Functions: functions(folder, now),
		Variables: map[string]cty.Value{
			"path":      cty.ObjectVal(map[string]cty.Value{"module": root("."), "root": root("."), "cwd": root(folder)}),
			"terraform": cty.ObjectVal(map[string]cty.Value{"workspace": cty.StringVal("default")}),
		},
	}
	body := file.Body.(*hclsyntax.Body)
	for _, block := range body.Blocks {
		c.declare(block)
	}
	for _, declared := range c.sorted(body) {
		plan.Resources = append(plan.Resources, c.instances(declared)...)
	}
	for _, block := range body.Blocks {
		switch {
		case block.Type == "provider" && len(block.Labels) == 1:
			attributes, _ := c.body(block.Body, c.scope(block.Body), []string{"alias", "version"}, nil)
			alias := c.text(block.Body, "alias")
			plan.Providers = append(plan.Providers, ProviderBlock{block.Labels[0], alias, attributes})
		case block.Type == "output" && len(block.Labels) == 1:
			if attribute := block.Body.Attributes["value"]; attribute != nil {
				if plan.Outputs == nil {
					plan.Outputs = map[string]any{}
				}
				plan.Outputs[block.Labels[0]] = c.value(attribute.Expr, c.scope(block.Body))
			}
		}
	}
	plan.Problems = c.problems
	return plan
}

func (c *Config) note(problems hcl.Diagnostics) {
	for _, each := range problems {
		if each.Severity == hcl.DiagError {
			text := strings.TrimSuffix(each.Error(), "; ")
			if !slices.Contains(c.problems, text) {
				c.problems = append(c.problems, text)
			}
		}
	}
}

var modes = map[string]string{"resource": "managed", "data": "data", "ephemeral": "ephemeral"}

func (c *Config) declare(block *hclsyntax.Block) {
	mode := modes[block.Type]
	switch {
	case mode != "" && len(block.Labels) == 2:
		address := block.Labels[0] + "." + block.Labels[1]
		if mode != "managed" {
			address = block.Type + "." + address
		}
		c.declared[address] = &Declaration{address, mode, block.Labels[0], block.Labels[1], block, nil, cty.DynamicVal, false}
	case block.Type == "locals":
		for name, attribute := range block.Body.Attributes {
			c.locals[name] = attribute.Expr
		}
	case block.Type == "variable" && len(block.Labels) == 1:
		c.variables[block.Labels[0]] = c.variable(block.Body)
	case !slices.Contains([]string{"provider", "terraform", "output", "check", "moved", "removed"}, block.Type):
		c.problems = append(c.problems, fmt.Sprintf("main.tf:%d: a block %s is not evaluated", block.TypeRange.Start.Line, block.Type))
	}
}

// variable returns the default of a variable.
func (c *Config) variable(body *hclsyntax.Body) cty.Value {
	attribute := body.Attributes["default"]
	if attribute == nil {
		return cty.DynamicVal
	}
	value, problems := attribute.Expr.Value(c.context)
	c.note(problems)
	if typed := body.Attributes["type"]; typed != nil {
		wanted, defaults, problems := typeexpr.TypeConstraintWithDefaults(typed.Expr)
		c.note(problems)
		if defaults != nil {
			value = defaults.Apply(value)
		}
		if converted, err := convert.Convert(value, wanted); err == nil {
			return converted
		}
	}
	return value
}

// sorted returns the declarations, after those that they refer to and otherwise in the order of the configuration.
func (c *Config) sorted(body *hclsyntax.Body) []*Declaration {
	found := []*Declaration{}
	var visit func(address string)
	visit = func(address string) {
		declared := c.declared[address]
		if declared == nil || declared.isVisited {
			return
		}
		declared.isVisited = true
		declared.needs = c.references(declared.block.Body)
		for _, each := range declared.needs {
			visit(each)
		}
		found = append(found, declared)
	}
	for _, block := range body.Blocks {
		for address, declared := range c.declared {
			if declared.block == block {
				visit(address)
			}
		}
	}
	return found
}

// references returns the addresses that a block refers to, also through locals.
func (c *Config) references(body *hclsyntax.Body) []string {
	found := map[string]bool{}
	for _, attribute := range body.Attributes {
		c.referred(attribute.Expr, found)
	}
	for _, block := range body.Blocks {
		for _, each := range c.references(block.Body) {
			found[each] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func (c *Config) referred(expression hcl.Expression, found map[string]bool) {
	for _, traversal := range expression.Variables() {
		names := []string{}
		for _, step := range traversal {
			switch s := step.(type) {
			case hcl.TraverseRoot:
				names = append(names, s.Name)
			case hcl.TraverseAttr:
				names = append(names, s.Name)
			}
		}
		if len(names) > 1 && names[0] == "local" {
			local := c.locals[names[1]]
			if local != nil && !found["local."+names[1]] {
				found["local."+names[1]] = true
				c.referred(local, found)
				delete(found, "local."+names[1])
			}
			continue
		}
		if len(names) > 0 && names[0] == "resource" {
			names = names[1:]
		}
		for _, length := range []int{2, 3} {
			if len(names) >= length && c.declared[strings.Join(names[:length], ".")] != nil {
				found[strings.Join(names[:length], ".")] = true
			}
		}
	}
}

// scope returns the context in which a block is evaluated.
func (c *Config) scope(body *hclsyntax.Body) *hcl.EvalContext {
	byMode := map[string]map[string]map[string]cty.Value{"managed": {}, "data": {}, "ephemeral": {}}
	for _, declared := range c.declared {
		types := byMode[declared.mode]
		if types[declared.kind] == nil {
			types[declared.kind] = map[string]cty.Value{}
		}
		types[declared.kind][declared.name] = declared.value
	}
	objects := func(types map[string]map[string]cty.Value) map[string]cty.Value {
		found := map[string]cty.Value{}
		for kind, names := range types {
			found[kind] = cty.ObjectVal(names)
		}
		return found
	}
	context := c.context.NewChild()
	context.Variables = objects(byMode["managed"])
	context.Variables["resource"] = cty.ObjectVal(objects(byMode["managed"]))
	context.Variables["data"] = cty.ObjectVal(objects(byMode["data"]))
	context.Variables["ephemeral"] = cty.ObjectVal(objects(byMode["ephemeral"]))
	context.Variables["var"] = cty.ObjectVal(c.variables)
	locals := map[string]cty.Value{}
	for name := range c.locals {
		locals[name] = cty.DynamicVal
	}
	context.Variables["local"] = cty.ObjectVal(locals)
	for _, name := range c.localsOf(body) {
		locals[name] = c.local(name, context, map[string]bool{})
		context.Variables["local"] = cty.ObjectVal(locals)
	}
	return context
}

// localsOf returns the locals that a block refers to.
func (c *Config) localsOf(body *hclsyntax.Body) []string {
	found := []string{}
	for _, attribute := range body.Attributes {
		found = append(found, c.localsIn(attribute.Expr)...)
	}
	for _, block := range body.Blocks {
		found = append(found, c.localsOf(block.Body)...)
	}
	return found
}

func (c *Config) localsIn(expression hcl.Expression) []string {
	found := []string{}
	for _, traversal := range expression.Variables() {
		if traversal.RootName() == "local" && len(traversal) > 1 {
			if name, ok := traversal[1].(hcl.TraverseAttr); ok && c.locals[name.Name] != nil {
				found = append(found, name.Name)
			}
		}
	}
	return found
}

func (c *Config) local(name string, context *hcl.EvalContext, above map[string]bool) cty.Value {
	if above[name] {
		c.problems = append(c.problems, "a circle of local."+name)
		return cty.DynamicVal
	}
	above[name] = true
	defer delete(above, name)
	own := context.NewChild()
	locals := map[string]cty.Value{}
	for _, each := range c.localsIn(c.locals[name]) {
		locals[each] = c.local(each, context, above)
	}
	own.Variables = map[string]cty.Value{"local": cty.ObjectVal(locals)}
	value, problems := c.locals[name].Value(own)
	c.note(problems)
	return value
}

// text returns the source of an attribute that is a name.
func (c *Config) text(body *hclsyntax.Body, name string) string {
	attribute := body.Attributes[name]
	if attribute == nil {
		return ""
	}
	return strings.Trim(c.sourceOf(attribute.Expr), `"`)
}

func (c *Config) sourceOf(expression hcl.Expression) string {
	bytes := expression.Range()
	return string(c.source[bytes.Start.Byte:bytes.End.Byte])
}
