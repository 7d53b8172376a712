import { cloudSchedulerLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { findApp, regionOf } from "../appengine/names";
import { resourceNotFound, topicName } from "../pubsub/names";

const methods = ["POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"];

const invalid = (message: string) => new GoogleError(400, message);

/** The provider's rule of its plan: one token. */
export const refusedTokens = ({ httpTarget }: Inputs): string | undefined =>
    httpTarget?.oauthToken && httpTarget.oidcToken
        ? "Error in http_target: only one of oauth_token or oidc_token can be specified, but not both."
        : undefined;

/** Throws if the target is not valid. */
export function verifyTarget(inputs: Inputs, cloud: Cloud): void {
    const { httpTarget, pubsubTarget, appEngineHttpTarget } = inputs;
    if (httpTarget) {
        verifyHttp(httpTarget, cloud);
    }
    if (pubsubTarget) {
        verifyTopic(pubsubTarget, inputs, cloud);
    }
    if (appEngineHttpTarget) {
        verifyAppEngine(appEngineHttpTarget, inputs, cloud);
    }
}

function verifyHttp(target: Inputs, cloud: Cloud): void {
    const { uri, oauthToken, oidcToken } = target;
    if (!/^https?:\/\//.test(uri)) {
        throw invalid("HttpTarget.url must start with 'http://' or 'https://'.");
    }
    if (/\s/.test(uri) || uri.length > cloudSchedulerLimits.rows.url.max || !URL.canParse(uri)) {
        throw invalid("HttpTarget.url is not a valid URL.");
    }
    verifyBody(target, "http_target", ["POST", "PUT", "PATCH"]);
    const headers = Object.entries(target.headers ?? {}).reduce(
        (sum, [name, value]) => sum + Buffer.byteLength(`${name}${value}`),
        0,
    );
    // https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#HttpTarget
    if (headers >= 80 * 1024) {
        throw invalid("The total size of HttpTarget.headers must be less than 80KB.");
    }
    const account = (oidcToken ?? oauthToken)?.serviceAccountEmail;
    if (account !== undefined && !cloud.iam.hasAccount(account)) {
        throw new GoogleError(
            403,
            `The principal (user or service account) lacks IAM permission "iam.serviceAccounts.actAs" for the resource "${account}" (or the resource may not exist).`,
        );
    }
}

/** "App Engine targets": the job must be in the application's region. */
function verifyAppEngine(target: Inputs, { project, region }: Inputs, cloud: Cloud): void {
    if (!/^(\/\S*)?$/.test(target.relativeUri) || target.relativeUri.length > cloudSchedulerLimits.rows.url.max) {
        throw invalid("AppEngineHttpTarget.relative_uri must begin with '/' and must not contain spaces.");
    }
    verifyBody(target, "app_engine_http_target", ["POST", "PUT"]);
    const app = findApp(cloud, project);
    if (!app) {
        throw new GoogleError(404, `App Engine application of project '${project}' does not exist.`);
    }
    const place = regionOf(String(app.state.locationId));
    if (place !== region) {
        throw invalid(
            `Location '${region}' is not valid for a job with an App Engine target: it must be '${place}', the location of the App Engine application.`,
        );
    }
    // The service and the version are looked for when the job runs: "By default, the job is sent to the service which is the default
    // service when the job is attempted". https://cloud.google.com/scheduler/docs/reference/rest/v1/AppEngineRouting
}

function verifyBody({ httpMethod = "POST", body }: Inputs, block: string, withBody: string[]): void {
    if (!methods.includes(httpMethod)) {
        throw invalid(
            `Invalid value at 'job.${block}.http_method' (type.googleapis.com/google.cloud.scheduler.v1.HttpMethod), "${httpMethod}"`,
        );
    }
    if (body && !withBody.includes(httpMethod)) {
        throw invalid(`A request body is allowed only if the HTTP method is ${withBody.join(" or ")}.`);
    }
}

function verifyTopic({ topicName: topic, data, attributes }: Inputs, { project }: Inputs, cloud: Cloud): void {
    if (!/^projects\/[^/]+\/topics\/[^/]+$/.test(topic)) {
        throw invalid('Resource name should start with "/projects/<PROJECT_ID>/"');
    }
    if (!cloud.store.read(topicName(topic, project))) {
        throw resourceNotFound(topic);
    }
    if (!data && Object.keys(attributes ?? {}).length === 0) {
        throw invalid("A message must contain either non-empty data, or at least one attribute.");
    }
}
