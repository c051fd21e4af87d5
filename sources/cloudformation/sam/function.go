package sam

import (
	"net/url"
	"regexp"
	"strings"
)

// functionProperties are those that Lambda functions have under the same name:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
//
//nolint:gochecknoglobals // a table
var functionProperties = []string{
	"FunctionName", "Handler", "Runtime", "Description", "MemorySize", "Timeout", "VpcConfig", "Environment", "KmsKeyArn",
	"ReservedConcurrentExecutions", "Layers", "FileSystemConfigs", "ImageConfig", "PackageType", "Architectures", "SnapStart",
	"EphemeralStorage", "CodeSigningConfigArn", "RuntimeManagementConfig", "LoggingConfig", "TenancyConfig", "RecursiveLoop", "DurableConfig",
	"Tags",
}

// function expands AWS::Serverless::Function.
func (x *expander) function(o *origin) {
	o.refers = functionRefers
	x.withGlobals(o)
	p := o.props
	props := pass(p, functionProperties...)
	code := functionCode(o)
	traced := x.traced(o)
	if traced {
		props = append(props, set("TracingConfig", o.place("Tracing").obj(as("Mode", p, "Tracing"))))
	}
	if dlq := get(p, "DeadLetterQueue"); dlq != nil {
		props = append(props, set("DeadLetterConfig", o.place("DeadLetterQueue").obj(as("TargetArn", dlq, "TargetArn"))))
	}
	role := x.functionRole(o, traced)
	given := get(p, "Role")
	props = append(props, set("Code", code), set("Role", x.roleOf(o, given, role)))
	x.keep(o, "AWS::Lambda::Function", o.at.obj(props...))

	to := target{id: o.id}
	alias := x.alias(o, code)
	if alias.id != "" {
		to = target{id: alias.id, byRef: true}
	}
	x.functionURL(o, to)
	x.invokeConfig(o, alias, role)
	x.addRole(o, given, role)
	x.functionEvents(o, to, role)
	role.finish()
}

// traced says that a function is traced by X-Ray.
func (x *expander) traced(o *origin) bool {
	mode, _ := x.literal(get(o.props, "Tracing"))
	return holds(get(o.props, "Tracing")) && mode != "Disabled"
}

// functionCode returns the code of a function, or nil for files that are still to be packaged.
func functionCode(o *origin) *node {
	p := o.props
	at := o.place("InlineCode", "CodeUri", "ImageUri")
	key := as("SourceKMSKeyArn", p, "SourceKMSKeyArn")
	uri := get(p, "CodeUri")
	kind, _ := get(p, "PackageType").Scalar()
	switch {
	case kind == "Image" && get(p, "ImageUri") != nil:
		return at.obj(as("ImageUri", p, "ImageUri"))
	case get(p, "InlineCode") != nil:
		return at.obj(as("ZipFile", p, "InlineCode"), key)
	case plain(uri):
		return at.obj(as("S3Bucket", uri, "Bucket"), as("S3Key", uri, "Key"), as("S3ObjectVersion", uri, "Version"), key)
	}
	s, _ := uri.Scalar()
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "s3" || u.Host == "" {
		return nil
	}
	out := at.obj(set("S3Bucket", at.text(u.Host)), set("S3Key", at.text(strings.TrimLeft(u.Path, "/"))), key)
	if version := u.Query()["versionId"]; len(version) == 1 {
		out = out.Set("S3ObjectVersion", at.text(version[0]))
	}
	return out
}

// functionAlias is the alias that events go to, if there is one.
type functionAlias struct{ id, name string }

var (
	aliasName = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)
	digits    = regexp.MustCompile(`^[0-9]+$`)
)

// alias makes the version and the alias of AutoPublishAlias:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html
func (x *expander) alias(o *origin, code *node) functionAlias {
	given := get(o.props, "AutoPublishAlias")
	if !holds(given) {
		return functionAlias{}
	}
	p := o.place("AutoPublishAlias")
	name, ok := x.literal(given)
	if !ok || !aliasName.MatchString(name) || digits.MatchString(name) {
		x.problemf(p, "%s publishes an alias whose name is not known, or none that aliases can have; its events are taken to go to the function itself", o.what())
		return functionAlias{}
	}
	version := o.id + "Version" + x.versionHash(o, code)
	keep := o.retained(p, "DeletionPolicy")
	if policy := get(o.props, "VersionDeletionPolicy"); policy != nil && len(keep) > 0 {
		keep[0].Value = policy
	}
	x.add(o, p, version, "AWS::Lambda::Version", p.obj(set("FunctionName", p.ref(o.id)), as("Description", o.props, "VersionDescription")), keep...)
	id := o.id + "Alias" + strings.NewReplacer("-", "D", "_", "U").Replace(name)
	x.add(o, p, id, "AWS::Lambda::Alias", p.obj(append([]member{
		set("Name", p.text(name)), set("FunctionName", p.ref(o.id)), set("FunctionVersion", p.getAtt(version, "Version")),
	}, pass(o.props, "ProvisionedConcurrencyConfig")...)...))
	return functionAlias{id: id, name: name}
}

// retained are attributes by which a version outlives the stack, unless the resource has others.
func (o *origin) retained(p at, attributes ...string) []member {
	var out []member
	for _, key := range attributes {
		if o.body.Member(key) == nil {
			out = append(out, set(key, p.text("Retain")))
		}
	}
	return out
}

// versionHash is what the logical id of a version ends with: it changes with the code and what the code runs with.
func (x *expander) versionHash(o *origin, code *node) string {
	if given, ok := x.literal(get(o.props, "AutoPublishCodeSha256")); ok && given != "" {
		r := []rune(given)
		return string(r[:min(hashLength, len(r))])
	}
	if code == nil {
		code = o.at.obj(pass(o.props, "CodeUri", "ImageUri")...)
	}
	of := pass(x.resolved(code), "ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion", "SourceKMSKeyArn", "CodeUri", "ImageUri")
	if env := get(o.props, "Environment"); plain(env) {
		of = append(of, env.Members...)
	}
	if holds(get(o.props, "MemorySize")) {
		of = append(of, as("MemorySize", o.props, "MemorySize"))
	}
	if on, ok := get(o.props, "SnapStart", "ApplyOn").Scalar(); ok && on != "None" {
		of = append(of, as("SnapStart", o.props, "SnapStart"))
	}
	return (x.key(o.at.obj(of...)) + "0000000000")[:hashLength]
}

// resolved puts the values of parameters into a value.
func (x *expander) resolved(n *node) *node {
	if n == nil {
		return nil
	}
	name, arg := n.Call()
	if name == "Ref" {
		if s, ok := x.literal(n); ok {
			return at(n.Pos).text(s)
		}
		return n
	}
	if s, ok := arg.Scalar(); ok && name == "Fn::Sub" {
		return at(n.Pos).sub(parameter.ReplaceAllStringFunc(s, func(s string) string {
			if v, ok := x.known(s[2 : len(s)-1]); ok {
				return v
			}
			return s
		}))
	}
	out := *n
	out.Items, out.Members = nil, nil
	for _, it := range n.Items {
		out.Items = append(out.Items, x.resolved(it))
	}
	for _, m := range n.Members {
		m.Value = x.resolved(m.Value)
		out.Members = append(out.Members, m)
	}
	return &out
}

var parameter = regexp.MustCompile(`\$\{(?:[A-Za-z0-9.]+|AWS::[A-Z][A-Za-z]*)\}`)

// functionURL makes the URL of a function; anybody may call one without authentication:
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functionurlconfig.html
func (x *expander) functionURL(o *origin, to target) {
	config := get(o.props, "FunctionUrlConfig")
	if config == nil {
		return
	}
	p := o.place("FunctionUrlConfig")
	x.add(o, p, o.id+"Url", "AWS::Lambda::Url", p.obj(append([]member{set("TargetFunctionArn", to.ref(p))}, pass(config, "AuthType", "Cors", "InvokeMode")...)...))
	if auth, _ := get(config, "AuthType").Scalar(); auth != "NONE" {
		return
	}
	x.add(o, p, o.id+"UrlPublicPermissions", "AWS::Lambda::Permission", p.obj(
		set("Action", p.text("lambda:InvokeFunctionUrl")), set("FunctionName", to.ref(p)), set("Principal", p.text("*")), as("FunctionUrlAuthType", config, "AuthType")))
	x.add(o, p, o.id+"URLInvokeAllowPublicAccess", "AWS::Lambda::Permission", p.obj(
		set("Action", p.text("lambda:InvokeFunction")), set("FunctionName", to.ref(p)), set("Principal", p.text("*")), set("InvokedViaFunctionUrl", p.boolean(true))))
}
