import functions_framework


@functions_framework.cloud_event
def record(event):
    print(event.data)
