import { computeTypes } from "./compute";
import { dataTypes } from "./data";
import { gkeTypes } from "./gke";
import { loadBalancingTypes } from "./loadBalancing";
import { monitoringTypes } from "./monitoring";
import { platformTypes } from "./platform";
import type { RecordedType } from "./recordedType";

export const recordedTypes: RecordedType[] = [
    ...platformTypes,
    ...dataTypes,
    ...computeTypes,
    ...loadBalancingTypes,
    ...gkeTypes,
    ...monitoringTypes,
];
