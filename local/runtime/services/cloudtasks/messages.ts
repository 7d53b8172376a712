import type { Inputs } from "../../../simulator";
import { secondsOf, timestamp } from "../pubsub/message";

/** A task of the gRPC interface as one of the REST interface. */
export function fromMessage(task: Inputs | null): Inputs {
    const { name, scheduleTime, dispatchDeadline, appEngineHttpRequest, httpRequest } = task ?? {};
    return {
        ...(name && { name }),
        ...(scheduleTime && {
            scheduleTime: new Date(scheduleTime.seconds * 1000 + scheduleTime.nanos / 1e6).toISOString(),
        }),
        ...(dispatchDeadline && { dispatchDeadline: `${dispatchDeadline.seconds + dispatchDeadline.nanos / 1e9}s` }),
        ...(appEngineHttpRequest && { appEngineHttpRequest: requestFrom(appEngineHttpRequest) }),
        ...(httpRequest && { httpRequest: requestFrom(httpRequest) }),
    };
}

/** A request without the defaults of the interface. */
function requestFrom({ httpMethod, body, authorizationHeader: _, ...request }: Inputs): Inputs {
    const set = Object.entries(request).filter(([, value]) => value !== null && value !== "");
    return {
        ...Object.fromEntries(set),
        ...(httpMethod !== "HTTP_METHOD_UNSPECIFIED" && { httpMethod }),
        ...(body?.length > 0 && { body: Buffer.from(body).toString("base64") }),
    };
}

/** A task of the REST interface as one of the gRPC interface. */
export function toMessage({ scheduleTime, createTime, dispatchDeadline, ...task }: Inputs): Inputs {
    return {
        ...task,
        scheduleTime: timestamp(Date.parse(scheduleTime)),
        createTime: timestamp(Date.parse(createTime)),
        ...(dispatchDeadline && { dispatchDeadline: timestamp(1000 * (secondsOf(dispatchDeadline) ?? 0)) }),
    };
}
