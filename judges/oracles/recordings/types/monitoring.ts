import { answers, mapped, none, type RecordedType } from "./recordedType";

export const monitoringTypes: RecordedType[] = [
    {
        token: "gcp:logging/metric:Metric",
        path: "logging.googleapis.com/v2/projects/{project}/metrics/{name}",
        renames: {
            ...answers,
            ...none(
                "metricDescriptor.launchStage metricDescriptor.metadata metricDescriptor.name metricDescriptor.type",
            ),
            resourceName: "",
        },
        flat: ({ metricDescriptor: { description: _, ...descriptor } = {}, ...rest }) => ({
            ...rest,
            ...(Object.keys(descriptor).length > 0 && {
                metricDescriptor: {
                    ...descriptor,
                    labels: mapped(descriptor.labels, (label) => ({ valueType: "STRING", ...label })),
                },
            }),
        }),
    },
    {
        token: "gcp:logging/projectExclusion:ProjectExclusion",
        path: "logging.googleapis.com/v2/projects/{project}/exclusions/{name}",
        renames: answers,
    },
    {
        token: "gcp:logging/projectSink:ProjectSink",
        path: "logging.googleapis.com/v2/projects/{project}/sinks/{name}",
        renames: { ...answers, resourceName: "" },
        own: ["uniqueWriterIdentity"],
    },
    {
        token: "gcp:monitoring/customService:CustomService",
        path: "monitoring.googleapis.com/v3/projects/{project}/services/{serviceId}",
        named: "serviceId",
        renames: { custom: "" },
        own: ["serviceId"],
    },
    {
        token: "gcp:monitoring/slo:Slo",
        path: "monitoring.googleapis.com/v3/projects/{project}/services/{service}/serviceLevelObjectives/{sloId}",
        named: "sloId",
        flat: ({ rollingPeriod, serviceLevelIndicator = {}, ...rest }) => {
            const { requestBased, windowsBased, basicSli } = serviceLevelIndicator;
            return {
                ...rest,
                ...(rollingPeriod && { rollingPeriodDays: Number.parseInt(rollingPeriod, 10) / 86_400 }),
                requestBasedSli: requestBased,
                windowsBasedSli: windowsBased,
                basicSli,
            };
        },
        own: ["sloId", "service"],
    },
    {
        token: "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
        path: "monitoring.googleapis.com/v3/projects/{project}/uptimeCheckConfigs/{}",
        isNumbered: true,
        own: ["uptimeCheckId"],
    },
    {
        token: "gcp:monitoring/alertPolicy:AlertPolicy",
        path: "monitoring.googleapis.com/v3/projects/{project}/alertPolicies/{}",
        isNumbered: true,
        renames: { mutationRecord: "", creationRecord: "creationRecords" },
    },
    {
        token: "gcp:monitoring/notificationChannel:NotificationChannel",
        path: "monitoring.googleapis.com/v3/projects/{project}/notificationChannels/{}",
        isNumbered: true,
        renames: answers,
    },
    {
        token: "gcp:monitoring/dashboard:Dashboard",
        path: "monitoring.googleapis.com/v1/projects/{project}/dashboards/{}",
        flat: (rest) => ({ dashboardJson: JSON.stringify(rest) }),
        isNew: true,
    },
];
