import { dataflowLimits } from "slipway/facts";
import { targetOf } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { accountName } from "../../cloud/iam";
import { serviceName } from "../../cloud/projects";
import type { Inputs } from "../../rules/rules";
import { incompatibleOptions } from "./compatibility";
import { isActive, type JobEntry, jobsIn, jobsOf, stateOf, storeJob } from "./jobs";
import { api, invalid, type Place, precondition, verifyRegion } from "./names";
import { type Template, templateAt, verifyParameters } from "./template";
import { accountOf, startFailure, verifyKey } from "./workers";

/** A request to launch a template, in either form of the API. */
export interface LaunchRequest {
    kind: "flex" | "classic";
    path: string;
    jobName?: string;
    parameters?: Record<string, string>;
    environment?: Inputs;
    transformNames?: Record<string, string>;
    update?: boolean;
}

/** "The name must match": https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.jobs */
const jobName = /^[a-z]([-a-z0-9]{0,1022}[a-z0-9])?$/;

/** The messages of a launcher whose pipeline fails, as by a fault. */
const launcherMessages = ["Error occurred in the launcher container: Template launch failed. See console logs."];

/**
 * Launches a job, or a replacement of the one that runs.
 *
 * @param isFailing whether a fault lets the pipeline fail, or lets the compatibility check refuse an update
 * @throws GoogleError for what is refused at once
 */
export function launch(cloud: Cloud, place: Place, request: LaunchRequest, isFailing: boolean): JobEntry {
    const { kind, path, parameters = {}, environment = {}, transformNames, update = false } = request;
    const name = request.jobName ?? "";
    verifyRegion(place.location);
    if (!jobName.test(name)) {
        throw invalid(
            `Invalid job_name (${name}); the name must consist of only the characters [-a-z0-9], starting with a letter and ending with a letter or number`,
        ).recordedIn(
            "https://github.com/apache/beam/blob/master/sdks/python/apache_beam/options/pipeline_options_validator.py",
        );
    }
    if (transformNames && !update) {
        throw invalid("transform_name_mapping can only be specified when updating a job.");
    }
    if (!/^gs:\/\/[^/]+/.test(environment.tempLocation ?? "gs://default")) {
        throw invalid(`Invalid temp location: ${environment.tempLocation}.`);
    }
    const template = templateAt(cloud, path, kind);
    verifyParameters(template, parameters);
    verifyAccount(cloud, accountOf(cloud, environment, place), place);
    if (environment.kmsKeyName) {
        verifyKey(cloud, environment.kmsKeyName, place);
    }
    const active = jobsOf(cloud, place).find((job) => job.state.jobName === name && isActive(cloud, job));
    const running = update ? updatable(cloud, name, active) : undefined;
    if (!update && active) {
        throw activeAlready(name, active);
    }
    verifyQuota(cloud, place.project, running !== undefined);
    const failure =
        startFailure(cloud, environment, template, place) ??
        (running && incompatibleOptions(running, environment, template.type, isFailing)) ??
        (isFailing || !hasOneOf(template, parameters) ? launcherMessages : undefined);
    return storeJob(cloud, place, {
        jobName: name,
        type: template.type,
        isFlex: kind === "flex",
        environment,
        parameters,
        labels: environment.additionalUserLabels ?? {},
        ...(transformNames && { transformNameMapping: transformNames }),
        ...(running && { replaceJobId: running.state.id }),
        ...(failure !== undefined && { failure: [failure].flat() }),
        ...(template.image && template.language === "PYTHON" && { image: template.image }),
    });
}

const hasOneOf = ({ oneOf }: Template, parameters: Record<string, string>) =>
    oneOf === undefined || oneOf.filter((name) => parameters[name]).length === 1;

/** "Only one active job with a given name can exist in a project within one region at any given time" */
const activeAlready = (name: string, { state }: JobEntry) =>
    new GoogleError(
        409,
        `The workflow could not be created. Causes: There is already an active job named ${name} with id: ${state.id}. If you want to submit a second job, try again by setting a different name.`,
    ).recordedIn(
        "https://github.com/apache/beam/blob/master/runners/google-cloud-dataflow-java/src/main/java/org/apache/beam/runners/dataflow/DataflowRunner.java",
    );

/** The running job that an update replaces. Jobs that start, drain or end cannot be updated, and neither can batch jobs. */
function updatable(cloud: Cloud, name: string, active: JobEntry | undefined): JobEntry {
    if (active === undefined) {
        throw precondition(`The workflow could not be updated. Causes: Could not find running job named ${name}.`);
    }
    const state = stateOf(cloud, active);
    if (state !== "RUNNING" || active.state.type !== "JOB_TYPE_STREAMING") {
        throw precondition(
            `The workflow could not be updated. Causes: The job ${active.state.id} is in state JOB_STATE_${state} and of type ${active.state.type}. Only running streaming jobs can be updated.`,
        );
    }
    if (active.state.replacedByJobId !== undefined) {
        throw precondition(
            `The job named ${name} with id: ${active.state.id} has already been updated into job id: ${active.state.replacedByJobId} and cannot be updated again.`,
        ).recordedIn(
            "https://github.com/apache/beam/blob/master/runners/google-cloud-dataflow-java/src/main/java/org/apache/beam/runners/dataflow/DataflowRunner.java",
        );
    }
    return active;
}

/** "Each Google Cloud project can run at most 25 concurrent Dataflow jobs by default". An update adds a job for a short time only. */
function verifyQuota(cloud: Cloud, project: string, isUpdate: boolean): void {
    const { quotas = {} } = cloud.simulated.of(serviceName(project, api)) as { quotas?: Record<string, number> };
    const max = quotas["dataflow.googleapis.com/concurrent_jobs"] ?? dataflowLimits.rows.jobs.max;
    const running = jobsIn(cloud, project).filter((job) => isActive(cloud, job)).length - (isUpdate ? 1 : 0);
    if (running >= max) {
        throw new GoogleError(
            429,
            `The workflow could not be created. Causes: Dataflow quota error for jobs-per-project quota. Project ${project} is running ${running} jobs. Please check the quota usage via GCP Console. If it exceeds the limit, please wait for a workflow to finish or contact Google Cloud Support to request an increase in quota. If it does not, contact Google Cloud Support.`,
        ).recordedIn("https://github.com/apache/beam/pull/34381");
    }
}

/** Throws unless the account exists, and the caller may act as it. */
function verifyAccount(cloud: Cloud, account: string, { project }: Place): void {
    const owner = cloud.iam.projectOfAccount(account);
    const target = targetOf(cloud, owner ?? project, accountName(account));
    const isKnown = cloud.iam.hasAccount(account) && !cloud.iam.isDisabled(account);
    if (!isKnown || cloud.caller.lacks(["iam.serviceAccounts.actAs"], target) !== undefined) {
        throw new GoogleError(
            403,
            `Current user cannot act as service account ${account}. Please grant your user account one of [Owner, Editor, Service Account Actor] roles, or any other role that includes the iam.serviceAccounts.actAs permission. See https://cloud.google.com/iam/docs/service-accounts-actas for additional details.`,
        );
    }
}
