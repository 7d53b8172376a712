package main

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"math/big"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	ctyyaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are those of Terraform's language: https://developer.hashicorp.com/terraform/language/functions
func functions(folder, now string) map[string]function.Function {
	found := maps.Clone(shared)
	beside := func(name string) string {
		if filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(folder, name)
	}
	read := func(convert func([]byte) (string, error)) function.Function {
		return ofText(func(name string) (string, error) {
			content, err := os.ReadFile(beside(name))
			if err != nil {
				return "", err
			}
			return convert(content)
		})
	}
	asText := func(content []byte) (string, error) { return string(content), nil }
	found["file"] = read(asText)
	found["filebase64"] = read(func(content []byte) (string, error) { return base64.StdEncoding.EncodeToString(content), nil })
	for name, each := range hashes {
		found["file"+name] = read(func(content []byte) (string, error) { return each(content), nil })
	}
	found["fileexists"] = function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(arguments []cty.Value, _ cty.Type) (cty.Value, error) {
			_, err := os.Stat(beside(arguments[0].AsString()))
			return cty.BoolVal(err == nil), nil
		},
	})
	found["fileset"] = function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}, {Name: "pattern", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Set(cty.String)),
		Impl: func(arguments []cty.Value, _ cty.Type) (cty.Value, error) {
			base := beside(arguments[0].AsString())
			names, err := filepath.Glob(filepath.Join(base, arguments[1].AsString()))
			values := []cty.Value{}
			for _, name := range names {
				below, _ := filepath.Rel(base, name)
				values = append(values, cty.StringVal(below))
			}
			if len(values) == 0 {
				return cty.SetValEmpty(cty.String), err
			}
			return cty.SetVal(values), err
		},
	})
	found["abspath"] = ofText(func(name string) (string, error) { return filepath.Abs(beside(name)) })
	found["templatefile"] = template(found, func(name string) (string, error) {
		content, err := os.ReadFile(beside(name))
		return string(content), err
	})
	found["templatestring"] = template(found, func(text string) (string, error) { return text, nil })
	found["timestamp"] = constant(now)
	found["plantimestamp"] = constant(now)
	return found
}

var hashes = map[string]func([]byte) string{
	"md5":          hexadecimal(md5.New),
	"sha1":         hexadecimal(sha1.New),
	"sha256":       hexadecimal(sha256.New),
	"sha512":       hexadecimal(sha512.New),
	"base64sha256": inBase64(sha256.New),
	"base64sha512": inBase64(sha512.New),
}

func digest(of func() hash.Hash, content []byte) []byte {
	each := of()
	each.Write(content)
	return each.Sum(nil)
}

func hexadecimal(of func() hash.Hash) func([]byte) string {
	return func(content []byte) string { return hex.EncodeToString(digest(of, content)) }
}

func inBase64(of func() hash.Hash) func([]byte) string {
	return func(content []byte) string { return base64.StdEncoding.EncodeToString(digest(of, content)) }
}

// ofText is a function of one text.
func ofText(compute func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(arguments []cty.Value, _ cty.Type) (cty.Value, error) {
			text, err := compute(arguments[0].AsString())
			return cty.StringVal(text), err
		},
	})
}

func constant(text string) function.Function {
	return function.New(&function.Spec{
		Type: function.StaticReturnType(cty.String),
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) { return cty.StringVal(text), nil },
	})
}

// ofTexts is a function of two texts.
func ofTexts(typ cty.Type, compute func(a, b string) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "a", Type: cty.String}, {Name: "b", Type: cty.String}},
		Type:   function.StaticReturnType(typ),
		Impl: func(arguments []cty.Value, _ cty.Type) (cty.Value, error) {
			return compute(arguments[0].AsString(), arguments[1].AsString())
		},
	})
}

// dynamic is a function of any arguments, whose result is unknown if one of them is.
func dynamic(compute func(arguments []cty.Value) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{
			Name: "values", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true,
		},
		Type: func(arguments []cty.Value) (cty.Type, error) {
			for _, each := range arguments {
				if !each.IsWhollyKnown() {
					return cty.DynamicPseudoType, nil
				}
			}
			value, err := compute(arguments)
			return value.Type(), err
		},
		Impl: func(arguments []cty.Value, _ cty.Type) (cty.Value, error) {
			for _, each := range arguments {
				if !each.IsWhollyKnown() {
					return cty.DynamicVal, nil
				}
			}
			return compute(arguments)
		},
	})
}

func template(all map[string]function.Function, read func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "template", Type: cty.String}, {Name: "variables", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(arguments []cty.Value, _ cty.Type) (cty.Value, error) {
			text, err := read(arguments[0].AsString())
			if err != nil {
				return cty.DynamicVal, err
			}
			expression, problems := hclsyntax.ParseTemplate([]byte(text), "template", hcl.InitialPos)
			if problems.HasErrors() {
				return cty.DynamicVal, problems
			}
			value, problems := expression.Value(&hcl.EvalContext{Variables: arguments[1].AsValueMap(), Functions: all})
			if problems.HasErrors() {
				return cty.DynamicVal, problems
			}
			return convert.Convert(value, cty.String)
		},
	})
}

func identity(arguments []cty.Value) (cty.Value, error) { return arguments[0], nil }

func items(value cty.Value) []cty.Value {
	if !value.CanIterateElements() {
		return nil
	}
	return value.AsValueSlice()
}

var shared = map[string]function.Function{
	"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "chomp": stdlib.ChompFunc, "chunklist": stdlib.ChunklistFunc,
	"coalescelist": stdlib.CoalesceListFunc, "compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc,
	"csvdecode": stdlib.CSVDecodeFunc, "distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc,
	"floor": stdlib.FloorFunc, "format": stdlib.FormatFunc, "formatdate": stdlib.FormatDateFunc, "formatlist": stdlib.FormatListFunc,
	"indent": stdlib.IndentFunc, "join": stdlib.JoinFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc,
	"keys": stdlib.KeysFunc, "log": stdlib.LogFunc, "lookup": stdlib.LookupFunc, "lower": stdlib.LowerFunc, "max": stdlib.MaxFunc,
	"merge": stdlib.MergeFunc, "min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc, "pow": stdlib.PowFunc, "range": stdlib.RangeFunc,
	"regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc, "reverse": stdlib.ReverseListFunc,
	"setintersection": stdlib.SetIntersectionFunc, "setproduct": stdlib.SetProductFunc, "setsubtract": stdlib.SetSubtractFunc,
	"setunion": stdlib.SetUnionFunc, "signum": stdlib.SignumFunc, "slice": stdlib.SliceFunc, "sort": stdlib.SortFunc,
	"split": stdlib.SplitFunc, "strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc, "timeadd": stdlib.TimeAddFunc,
	"title": stdlib.TitleFunc, "trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc,
	"trimsuffix": stdlib.TrimSuffixFunc, "upper": stdlib.UpperFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
	"can": tryfunc.CanFunc, "try": tryfunc.TryFunc, "yamlencode": ctyyaml.YAMLEncodeFunc, "yamldecode": ctyyaml.YAMLDecodeFunc,
	"tostring": stdlib.MakeToFunc(cty.String), "tonumber": stdlib.MakeToFunc(cty.Number), "tobool": stdlib.MakeToFunc(cty.Bool),
	"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
	"tomap":     stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
	"sensitive": dynamic(identity), "nonsensitive": dynamic(identity), "ephemeralasnull": dynamic(identity),

	"basename": ofText(func(name string) (string, error) { return filepath.Base(name), nil }),
	"dirname":  ofText(func(name string) (string, error) { return filepath.Dir(name), nil }),
	"base64encode": ofText(func(text string) (string, error) {
		return base64.StdEncoding.EncodeToString([]byte(text)), nil
	}),
	"base64decode": ofText(func(text string) (string, error) {
		content, err := base64.StdEncoding.DecodeString(text)
		return string(content), err
	}),
	"base64gzip": ofText(func(text string) (string, error) {
		content := bytes.Buffer{}
		writer := gzip.NewWriter(&content)
		if _, err := writer.Write([]byte(text)); err != nil {
			return "", err
		}
		err := writer.Close()
		return base64.StdEncoding.EncodeToString(content.Bytes()), err
	}),
	"urlencode":    ofText(func(text string) (string, error) { return url.QueryEscape(text), nil }),
	"md5":          hashed("md5"),
	"sha1":         hashed("sha1"),
	"sha256":       hashed("sha256"),
	"sha512":       hashed("sha512"),
	"base64sha256": hashed("base64sha256"),
	"base64sha512": hashed("base64sha512"),
	"startswith": ofTexts(cty.Bool, func(a, b string) (cty.Value, error) {
		return cty.BoolVal(strings.HasPrefix(a, b)), nil
	}),
	"endswith": ofTexts(cty.Bool, func(a, b string) (cty.Value, error) {
		return cty.BoolVal(strings.HasSuffix(a, b)), nil
	}),
	"strcontains": ofTexts(cty.Bool, func(a, b string) (cty.Value, error) {
		return cty.BoolVal(strings.Contains(a, b)), nil
	}),
	"timecmp": ofTexts(cty.Number, func(a, b string) (cty.Value, error) {
		left, err := time.Parse(time.RFC3339, a)
		right, other := time.Parse(time.RFC3339, b)
		if err == nil {
			err = other
		}
		return cty.NumberIntVal(int64(left.Compare(right))), err
	}),
	"replace": dynamic(func(arguments []cty.Value) (cty.Value, error) {
		texts := []string{}
		for _, each := range arguments {
			text, err := convert.Convert(each, cty.String)
			if err != nil || text.IsNull() {
				return cty.DynamicVal, fmt.Errorf("replace needs texts")
			}
			texts = append(texts, text.AsString())
		}
		if len(texts) != 3 {
			return cty.DynamicVal, fmt.Errorf("replace has three arguments")
		}
		// A text in slashes is a regular expression.
		if pattern := texts[1]; len(pattern) > 1 && strings.HasPrefix(pattern, "/") && strings.HasSuffix(pattern, "/") {
			compiled, err := regexp.Compile(pattern[1 : len(pattern)-1])
			if err != nil {
				return cty.DynamicVal, err
			}
			return cty.StringVal(compiled.ReplaceAllString(texts[0], texts[2])), nil
		}
		return cty.StringVal(strings.ReplaceAll(texts[0], texts[1], texts[2])), nil
	}),
	"coalesce": dynamic(func(arguments []cty.Value) (cty.Value, error) {
		for _, each := range arguments {
			if !each.IsNull() && !(each.Type() == cty.String && each.AsString() == "") {
				return each, nil
			}
		}
		return cty.DynamicVal, fmt.Errorf("no value that is not null")
	}),
	"length": dynamic(func(arguments []cty.Value) (cty.Value, error) {
		if arguments[0].Type() == cty.String {
			return stdlib.Strlen(arguments[0])
		}
		return cty.NumberIntVal(int64(arguments[0].LengthInt())), nil
	}),
	"index": dynamic(func(arguments []cty.Value) (cty.Value, error) {
		at := slices.IndexFunc(items(arguments[0]), func(item cty.Value) bool { return item.RawEquals(arguments[1]) })
		if at < 0 {
			return cty.DynamicVal, fmt.Errorf("item not found")
		}
		return cty.NumberIntVal(int64(at)), nil
	}),
	"one": dynamic(func(arguments []cty.Value) (cty.Value, error) {
		switch found := items(arguments[0]); len(found) {
		case 0:
			return cty.NullVal(cty.DynamicPseudoType), nil
		case 1:
			return found[0], nil
		}
		return cty.DynamicVal, fmt.Errorf("more than one item")
	}),
	"alltrue": dynamic(func(arguments []cty.Value) (cty.Value, error) {
		return cty.BoolVal(!slices.ContainsFunc(items(arguments[0]), func(item cty.Value) bool { return !isTrue(item) })), nil
	}),
	"anytrue": dynamic(func(arguments []cty.Value) (cty.Value, error) {
		return cty.BoolVal(slices.ContainsFunc(items(arguments[0]), isTrue)), nil
	}),
	"sum": dynamic(func(arguments []cty.Value) (cty.Value, error) {
		total := cty.NumberIntVal(0)
		for _, item := range items(arguments[0]) {
			number, err := convert.Convert(item, cty.Number)
			if err != nil {
				return cty.DynamicVal, err
			}
			total = total.Add(number)
		}
		return total, nil
	}),
	"cidrsubnet": dynamic(func(arguments []cty.Value) (cty.Value, error) {
		prefix, numbers, err := network(arguments)
		if err != nil {
			return cty.DynamicVal, err
		}
		bits := prefix.Bits() + int(numbers[0])
		if bits > prefix.Addr().BitLen() {
			return cty.DynamicVal, fmt.Errorf("not enough bits for a subnetwork of %s", prefix)
		}
		shifted := new(big.Int).Lsh(big.NewInt(numbers[1]), uint(prefix.Addr().BitLen()-bits))
		return cty.StringVal(fmt.Sprintf("%s/%d", plus(prefix.Masked().Addr(), shifted), bits)), nil
	}),
	"cidrhost": dynamic(func(arguments []cty.Value) (cty.Value, error) {
		prefix, numbers, err := network(arguments)
		if err != nil {
			return cty.DynamicVal, err
		}
		number := big.NewInt(numbers[0])
		if numbers[0] < 0 {
			number.Add(number, new(big.Int).Lsh(big.NewInt(1), uint(prefix.Addr().BitLen()-prefix.Bits())))
		}
		return cty.StringVal(plus(prefix.Masked().Addr(), number).String()), nil
	}),
}

func hashed(name string) function.Function {
	return ofText(func(text string) (string, error) { return hashes[name]([]byte(text)), nil })
}

func isTrue(value cty.Value) bool {
	converted, err := convert.Convert(value, cty.Bool)
	return err == nil && !converted.IsNull() && converted.True()
}

// network parses a range of addresses and the numbers after it.
func network(arguments []cty.Value) (netip.Prefix, []int64, error) {
	numbers := []int64{}
	for _, each := range arguments[1:] {
		number, err := convert.Convert(each, cty.Number)
		if err != nil {
			return netip.Prefix{}, nil, err
		}
		whole, _ := number.AsBigFloat().Int64()
		numbers = append(numbers, whole)
	}
	prefix, err := netip.ParsePrefix(arguments[0].AsString())
	return prefix, append(numbers, 0, 0), err
}

func plus(address netip.Addr, number *big.Int) netip.Addr {
	total := new(big.Int).Add(new(big.Int).SetBytes(address.AsSlice()), number)
	content := total.FillBytes(make([]byte, address.BitLen()/8))
	found, _ := netip.AddrFromSlice(content)
	return found
}
