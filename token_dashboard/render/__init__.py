"""What people and programs read: chat replies, terminal pages, sentences for errors, JSON answers.

Turns the values of ``model`` into words and bytes; asks nobody and decides nothing. ``language`` holds the
catalogs and formats, ``chat`` and ``terminal`` the faces, ``errors`` the sentences, ``wire`` the JSON.
"""
