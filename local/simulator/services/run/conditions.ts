import { randomUUID } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import type { Inputs } from "../../rules/rules";
import type { StartFailure } from "./start";

/** The reasons of failures by their code: https://cloud.google.com/run/docs/reference/rest/v2/Condition#CommonReason */
const reasons: Record<number, string> = { 5: "CONTAINER_MISSING", 7: "CONTAINER_PERMISSION_DENIED" };

/** A condition, which has succeeded unless there is a failure. */
export function condition(type: string, now: string, failure?: StartFailure): Inputs {
    return {
        type,
        executionReason: "",
        lastTransitionTime: now,
        message: failure?.text ?? "",
        reason: failure ? (reasons[failure.code] ?? "REVISION_FAILED") : "",
        revisionReason: "",
        severity: "",
        state: failure ? "CONDITION_FAILED" : "CONDITION_SUCCEEDED",
    };
}

/** What the server sets for services, jobs and worker pools alike. */
export function common(inputs: Inputs, path: string, cloud: Cloud, old?: Inputs): Inputs {
    const now = cloud.now().toISOString();
    const generation = String(Number(old?.generation ?? 0) + 1);
    return {
        createTime: old?.createTime ?? now,
        updateTime: now,
        deleteTime: "",
        expireTime: "",
        creator: old?.creator ?? cloud.caller.email,
        lastModifier: cloud.caller.email,
        effectiveAnnotations: { ...inputs.annotations },
        etag: `"${Buffer.from(`${digits(path, 10)}${generation}`).toString("base64")}"`,
        generation,
        observedGeneration: generation,
        reconciling: false,
        uid: old?.uid ?? randomUUID(),
    };
}
