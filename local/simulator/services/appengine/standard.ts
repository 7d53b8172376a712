import type { TypeRules } from "../../rules/rules";
import { defaultAccount } from "./application";
import { build, verifySource } from "./deployment";
import { versionPath } from "./names";
import { verifyStandardRuntime } from "./runtimes";
import { defaultClass, verifyStandardScaling } from "./scaling";
import { defaultHandlers, verifyVersion, versionRules } from "./version";
import { versionCalls } from "./versions";

/** "Configuring maximum instances": the default. */
const defaultMaxInstances = 20;

export const standardAppVersion: TypeRules = {
    ...versionRules("Standard"),
    verify: (inputs, { cloud }) => {
        verifyVersion(inputs, cloud);
        verifyStandardRuntime(inputs.runtime, cloud.supportClock);
        verifyStandardScaling(inputs);
        verifySource(inputs, cloud);
        build(inputs, "standard", cloud);
    },
    state: (inputs) => {
        const { project, automaticScaling, basicScaling, manualScaling } = inputs;
        const settings = { maxInstances: defaultMaxInstances, ...automaticScaling?.standardSchedulerSettings };
        return {
            name: versionPath(inputs),
            serviceAccount: inputs.serviceAccount ?? defaultAccount(project),
            instanceClass: inputs.instanceClass ?? defaultClass(inputs),
            handlers: inputs.handlers ?? defaultHandlers,
            ...(!basicScaling &&
                !manualScaling && {
                    automaticScaling: {
                        ...automaticScaling,
                        ...((!automaticScaling || automaticScaling.standardSchedulerSettings) && {
                            standardSchedulerSettings: settings,
                        }),
                    },
                }),
        };
    },
    calls: versionCalls,
};
