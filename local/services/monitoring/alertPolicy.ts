import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import type { Context, Inputs, TypeRules } from "../../rules/rules";

const api = "monitoring.googleapis.com";

/** The types of conditions; a condition has exactly one. */
const kinds = [
    "conditionAbsent",
    "conditionMatchedLog",
    "conditionMonitoringQueryLanguage",
    "conditionPrometheusQueryLanguage",
    "conditionSql",
    "conditionThreshold",
];

const invalid = (message: string) => new GoogleError(400, message);

/** Checks of the API for conditions and notifications. */
function verify(inputs: Inputs, { cloud }: Context): void {
    const { conditions = [], alertStrategy = {}, notificationChannels = [], displayName = "" } = inputs;
    if (displayName === "") {
        throw invalid("Field alert_policy.display_name had an invalid value: must not be empty.");
    }
    if (conditions.length < 1 || conditions.length > 6) {
        throw invalid(`Field alert_policy.conditions had an invalid value: must have 1 to 6 conditions.`);
    }
    const without = (conditions as Inputs[]).findIndex((condition) => kinds.every((kind) => !condition[kind]));
    if (without >= 0) {
        throw invalid(
            `Field alert_policy.conditions[${without}].condition_case had an invalid value of "0": Condition subtype (e.g. "condition_absent","condition_threshold", etc.) is absent or unknown.`,
        );
    }
    verifyLogs(conditions, alertStrategy.notificationRateLimit?.period);
    const unresolved = notificationChannels.find((channel: string) => !cloud.store.read(`//${api}/${channel}`));
    if (unresolved !== undefined) {
        throw new GoogleError(404, `Cannot find notification channel: '${unresolved}'.`);
    }
}

/** "LogMatch": must be the only condition and requires a rate limit, which other conditions do not support. */
function verifyLogs(conditions: Inputs[], period: string | undefined): void {
    const isOfLogs = conditions.some((condition) => condition.conditionMatchedLog);
    if (isOfLogs && conditions.length > 1) {
        throw invalid("Alert policies with a log matching condition can only have a single condition.");
    }
    if (isOfLogs && !period) {
        throw invalid(
            'Field alertStrategy.notificationRateLimit had an invalid value of "": log-based alert policies must specify a notification rate limit',
        );
    }
    if (!isOfLogs && period) {
        throw invalid(
            `Field alertStrategy.notificationRateLimit had an invalid value of "period { seconds: ${Number.parseInt(period, 10)} }": metric-based alert policies must not specify a notification rate limit`,
        );
    }
}

/** An alert policy. Its conditions get names, which are kept as long as they exist. */
export const alertPolicy: TypeRules = {
    noun: "AlertPolicy",
    generatedNoun: "MonitoringAlertPolicy",
    api,
    id: ({ name }) => name,
    name: ({ name }) => `//${api}/${name}`,
    verify,
    state: ({ project, conditions }, _, old) => {
        const name =
            old?.name ??
            `projects/${project}/alertPolicies/${digits(`policy ${project} ${process.hrtime.bigint()}`, 19)}`;
        const changed = { mutateTime: new Date().toISOString(), mutatedBy: "deployer@example.com" };
        return {
            name,
            creationRecords: old?.creationRecords ?? [changed],
            conditions: (conditions as Inputs[]).map((condition, index) => ({
                ...condition,
                name: old?.conditions?.[index]?.name ?? `${name}/conditions/${digits(`${name} ${index}`, 19)}`,
            })),
        };
    },
};
