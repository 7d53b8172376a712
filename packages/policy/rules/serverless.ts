import type { ApplicationArgs } from "@pulumi/gcp/appengine/application";
import type { FirewallRuleArgs } from "@pulumi/gcp/appengine/firewallRule";
import type { FlexibleAppVersionArgs } from "@pulumi/gcp/appengine/flexibleAppVersion";
import type { StandardAppVersionArgs } from "@pulumi/gcp/appengine/standardAppVersion";
import type { FunctionArgs as FirstGenArgs } from "@pulumi/gcp/cloudfunctions/function";
import type { FunctionArgs } from "@pulumi/gcp/cloudfunctionsv2/function";
import type { JobArgs } from "@pulumi/gcp/cloudrunv2/job";
import type { ServiceArgs } from "@pulumi/gcp/cloudrunv2/service";
import type { WorkerPoolArgs } from "@pulumi/gcp/cloudrunv2/workerPool";
import { type Granting, grantsOf, grantsOn, isPublic, notPublic } from "../grants";
import { type Check, each, type Problems, type Rule, rule, stackRule } from "../rule";
import { isSecret } from "../values";

const service = "gcp:cloudrunv2/service:Service";
const job = "gcp:cloudrunv2/job:Job";
const workerPool = "gcp:cloudrunv2/workerPool:WorkerPool";
const func = "gcp:cloudfunctionsv2/function:Function";
const firstGen = "gcp:cloudfunctions/function:Function";
const standard = "gcp:appengine/standardAppVersion:StandardAppVersion";
const flexible = "gcp:appengine/flexibleAppVersion:FlexibleAppVersion";

/** The variables of a container. */
interface Variable {
    name: string;
    value?: string;
}

const secretHint = "store it in Secret Manager, and refer to the secret";

/** The problems of variables that have a secret as a plain value. */
const plainSecrets = (variables: Variable[], where: string): Problems =>
    variables
        // Values that Secret Manager has come from `valueSource`.
        .filter(({ name, value }) => isSecret(name, value))
        .map(({ name }) => `${where} has the plain value of ${name}: ${secretHint}.`);

const entriesOf = (variables: Record<string, string> = {}): Variable[] =>
    Object.entries(variables).map(([name, value]) => ({ name, value }));

const defaultAccount = /^(\d+-compute@developer|[^@]+@appspot)\.gserviceaccount\.com$/;

/** Requires a service account that is not a default one. */
const ownAccount = (email: string | undefined, argument: string): Problems =>
    (!email || defaultAccount.test(email)) && `Set '${argument}' to an account with few roles.`;

const identity = "https://cloud.google.com/run/docs/securing/service-identity";
const restricted = "https://cloud.google.com/run/docs/securing/ingress";

/** The last segment of a reference: a name or an ID. */
const nameOf = (reference: unknown) => (typeof reference === "string" ? reference.split("/").at(-1) : undefined);

/** Requires HTTPS for each handler of an App Engine version. */
const https = (handlers: { securityLevel?: string; urlRegex?: string }[] = []): Problems =>
    (handlers.length === 0 || handlers.some(({ securityLevel }) => securityLevel !== "SECURE_ALWAYS")) &&
    "Set 'handlers' with 'securityLevel' \"SECURE_ALWAYS\" for each URL.";

/** Variables of what runs containers and code, which a rule checks in all services. */
const variables: Check[] = [
    each<ServiceArgs>(service, ({ template }) =>
        plainSecrets(
            (template.containers ?? []).flatMap(({ envs = [] }) => envs),
            "'template.containers'",
        ),
    ),
    each<JobArgs>(job, ({ template }) =>
        plainSecrets(
            (template.template.containers ?? []).flatMap(({ envs = [] }) => envs),
            "'template.template.containers'",
        ),
    ),
    each<WorkerPoolArgs>(workerPool, ({ template }) =>
        plainSecrets(
            (template.containers ?? []).flatMap(({ envs = [] }) => envs),
            "'template.containers'",
        ),
    ),
    each<StandardAppVersionArgs>(standard, ({ envVariables }) =>
        plainSecrets(entriesOf(envVariables), "'envVariables'"),
    ),
    each<FlexibleAppVersionArgs>(flexible, ({ envVariables }) =>
        plainSecrets(entriesOf(envVariables), "'envVariables'"),
    ),
];

/** Rules of Cloud Run, Cloud Run functions and App Engine. */
export const serverless: Rule[] = [
    rule(
        {
            name: "functions-no-secrets-in-variables",
            description: "Environment variables of functions have no secrets.",
            cis: { "4.0": ["1.17"], "5.0": ["1.18"] },
            url: "https://cloud.google.com/functions/docs/configuring/secrets",
        },
        each<FunctionArgs>(func, ({ serviceConfig, buildConfig }) => [
            ...[
                plainSecrets(entriesOf(serviceConfig?.environmentVariables), "'serviceConfig.environmentVariables'"),
            ].flat(),
            ...[
                plainSecrets(entriesOf(buildConfig?.environmentVariables), "'buildConfig.environmentVariables'"),
            ].flat(),
        ]),
        each<FirstGenArgs>(firstGen, ({ environmentVariables }) =>
            plainSecrets(entriesOf(environmentVariables), "'environmentVariables'"),
        ),
    ),
    rule(
        {
            name: "run-no-secrets-in-variables",
            description: "Environment variables of Cloud Run and App Engine have no secrets.",
            url: "https://cloud.google.com/run/docs/configuring/services/secrets",
        },
        ...variables,
    ),
    rule(
        {
            name: "functions-not-public",
            description: "Not everybody can call functions.",
            checkov: ["CKV_GCP_107"],
            url: "https://cloud.google.com/functions/docs/securing/authenticating",
        },
        notPublic("cloudfunctions/function|cloudfunctionsv2/function"),
    ),
    rule(
        {
            name: "functions-ingress",
            description: "Functions only accept requests from the project or a load balancer.",
            checkov: ["CKV_GCP_124"],
            url: "https://cloud.google.com/functions/docs/networking/network-settings",
            optional: "Functions that callers elsewhere reach without a load balancer are protected by IAM.",
        },
        each<FunctionArgs>(
            func,
            ({ serviceConfig }) =>
                (serviceConfig?.ingressSettings ?? "ALLOW_ALL") === "ALLOW_ALL" &&
                'Set \'serviceConfig.ingressSettings\' to "ALLOW_INTERNAL_AND_GCLB" or "ALLOW_INTERNAL_ONLY".',
        ),
        each<FirstGenArgs>(
            firstGen,
            ({ ingressSettings }) =>
                (ingressSettings ?? "ALLOW_ALL") === "ALLOW_ALL" &&
                'Set \'ingressSettings\' to "ALLOW_INTERNAL_AND_GCLB" or "ALLOW_INTERNAL_ONLY".',
        ),
    ),
    rule(
        {
            name: "functions-own-service-account",
            description: "Functions have a service account of their own.",
            url: "https://cloud.google.com/functions/docs/securing/function-identity",
        },
        each<FunctionArgs>(func, ({ serviceConfig }) =>
            ownAccount(serviceConfig?.serviceAccountEmail, "serviceConfig.serviceAccountEmail"),
        ),
        each<FirstGenArgs>(firstGen, ({ serviceAccountEmail }) =>
            ownAccount(serviceAccountEmail, "serviceAccountEmail"),
        ),
    ),
    rule(
        {
            name: "functions-https",
            description: "Functions of the first generation redirect to HTTPS.",
            checkov: ["CKV2_GCP_10"],
            url: "https://cloud.google.com/functions/1stgendocs/calling/http",
        },
        each<FirstGenArgs>(
            firstGen,
            ({ triggerHttp, httpsTriggerSecurityLevel }) =>
                triggerHttp === true &&
                httpsTriggerSecurityLevel !== "SECURE_ALWAYS" &&
                "Set 'httpsTriggerSecurityLevel' to \"SECURE_ALWAYS\".",
        ),
    ),
    rule(
        {
            name: "run-not-public",
            description: "Not everybody can call services of Cloud Run.",
            checkov: ["CKV_GCP_102"],
            url: "https://cloud.google.com/run/docs/authenticating/overview",
        },
        notPublic("cloudrun/|cloudrunv2/service|cloudrunv2/job|cloudrunv2/workerPool"),
        each<ServiceArgs>(
            service,
            ({ invokerIamDisabled }) =>
                invokerIamDisabled === true && "Leave 'invokerIamDisabled' out: with it, IAM checks no callers.",
        ),
    ),
    rule(
        {
            name: "run-ingress",
            description: "Services of Cloud Run only accept requests from the project or a load balancer.",
            url: restricted,
            optional: "Services that callers elsewhere reach without a load balancer are protected by IAM.",
        },
        each<ServiceArgs>(
            service,
            ({ ingress }) =>
                (ingress ?? "INGRESS_TRAFFIC_ALL") === "INGRESS_TRAFFIC_ALL" &&
                'Set \'ingress\' to "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" or "INGRESS_TRAFFIC_INTERNAL_ONLY".',
        ),
    ),
    rule(
        {
            name: "run-own-service-account",
            description: "Services, jobs and worker pools of Cloud Run have a service account of their own.",
            url: identity,
        },
        each<ServiceArgs>(service, ({ template }) => ownAccount(template.serviceAccount, "template.serviceAccount")),
        each<JobArgs>(job, ({ template }) =>
            ownAccount(template.template.serviceAccount, "template.template.serviceAccount"),
        ),
        each<WorkerPoolArgs>(workerPool, ({ template }) =>
            ownAccount(template.serviceAccount, "template.serviceAccount"),
        ),
    ),
    rule(
        {
            name: "run-deletion-protection",
            description: "Services and jobs of Cloud Run are protected from deletion.",
            url: "https://cloud.google.com/run/docs/managing/services",
            optional: "They have no data: what they are made of is in the program and in the registry.",
        },
        each<{ deletionProtection?: boolean }>(
            /^gcp:cloudrunv2\/(?:service|job|workerPool):/,
            ({ deletionProtection }) =>
                deletionProtection === false && "Leave 'deletionProtection' out, or set it to true.",
        ),
    ),
    stackRule(
        {
            name: "public-by-service-of-function",
            description: "A function is not public by a grant on the Cloud Run service that runs it.",
            url: "https://cloud.google.com/functions/docs/securing/authenticating",
        },
        each<FunctionArgs>(func, ({ name }, { name: own }, stack) =>
            stack
                .of<Granting & { name?: string; service?: string }>(grantsOn("cloudrun/|cloudrunv2/service"))
                .filter(({ props }) => [props.name, props.service].some((each) => nameOf(each) === (name ?? own)))
                .filter(({ props }) => grantsOf(props).some(({ members }) => members.some(isPublic)))
                .map(
                    ({ name: grant }) =>
                        `Everybody can call the function by the grant '${grant}': name the callers there.`,
                ),
        ),
    ),
    stackRule(
        {
            name: "public-by-invoker-and-ingress",
            description: "A service that everybody may call is only reached through a load balancer.",
            url: restricted,
        },
        each<ServiceArgs>(service, ({ name, ingress }, { name: own }, stack) => {
            const isOpen = (ingress ?? "INGRESS_TRAFFIC_ALL") === "INGRESS_TRAFFIC_ALL";
            const grants = stack
                .of<Granting & { name?: string; service?: string }>(grantsOn("cloudrun/|cloudrunv2/service"))
                .filter(({ props }) => [props.name, props.service].some((each) => nameOf(each) === (name ?? own)))
                .filter(({ props }) => grantsOf(props).some(({ members }) => members.some(isPublic)));
            return (
                isOpen &&
                grants.map(
                    ({ name: grant }) =>
                        `The grant '${grant}' and the ingress of the service let everybody in: set 'ingress' to "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", and put a load balancer with Cloud Armor before it.`,
                )
            );
        }),
    ),
    rule(
        {
            name: "app-engine-https",
            description: "The standard environment of App Engine redirects all requests to HTTPS.",
            cis: { "4.0": ["4.10"], "5.0": ["4.10"] },
            url: "https://cloud.google.com/appengine/docs/standard/reference/app-yaml",
        },
        each<StandardAppVersionArgs>(standard, ({ handlers }) => https(handlers)),
    ),
    rule(
        {
            name: "app-engine-own-service-account",
            description: "Versions of App Engine have a service account of their own.",
            url: "https://cloud.google.com/appengine/docs/standard/user-managed-service-accounts",
        },
        each<StandardAppVersionArgs>(standard, ({ serviceAccount }) => ownAccount(serviceAccount, "serviceAccount")),
        each<FlexibleAppVersionArgs>(flexible, ({ serviceAccount }) => ownAccount(serviceAccount, "serviceAccount")),
    ),
    rule(
        {
            name: "app-engine-ssl-policy",
            description: "App Engine refuses TLS before 1.2.",
            url: "https://cloud.google.com/appengine/docs/standard/application-security",
        },
        each<ApplicationArgs & { sslPolicy?: string }>(
            "gcp:appengine/application:Application",
            ({ sslPolicy }) => sslPolicy === "DEFAULT" && "Set 'sslPolicy' to \"MODERN\".",
        ),
    ),
    rule(
        {
            name: "app-engine-firewall",
            description: "The firewall of App Engine does not allow all addresses by a rule.",
            url: "https://cloud.google.com/appengine/docs/standard/creating-firewalls",
        },
        each<FirewallRuleArgs>(
            "gcp:appengine/firewallRule:FirewallRule",
            ({ action, sourceRange }) =>
                action === "ALLOW" &&
                (sourceRange === "*" || sourceRange.endsWith("/0")) &&
                "Set 'sourceRange' to the addresses of callers; without a rule, the default rule decides.",
        ),
    ),
];
