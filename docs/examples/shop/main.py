import os

from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return f"<link rel=stylesheet href=/static/style.css><h1>Shop</h1><p>Prices in {os.environ['CURRENCY']}"


@app.get("/tasks/forget")
def forget():
    return "done"
