import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import type { Context, Inputs, TypeRules } from "../../rules/rules";

const api = "monitoring.googleapis.com";

/** The kinds of conditions, of which each has one. */
const kinds = [
    "conditionAbsent",
    "conditionMatchedLog",
    "conditionMonitoringQueryLanguage",
    "conditionPrometheusQueryLanguage",
    "conditionSql",
    "conditionThreshold",
];

const invalid = (message: string) => new GoogleError(400, message);

/** What the API refuses of a policy: in part what of conditions, in part what of whom it tells. */
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
    const lost = notificationChannels.find((channel: string) => !cloud.store.read(`//${api}/${channel}`));
    if (lost !== undefined) {
        throw new GoogleError(404, `Cannot find notification channel: '${lost}'.`);
    }
}

/** "LogMatch": it stands alone, and tells no more often than it is told to, which other conditions know nothing of. */
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

/** A policy, whose conditions have names of their own, which stay while they do. */
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
