"""The authorizer's way: from the e-mailed link to the recorded answer, and what may be done after it.

Opening decides nothing; every act needs a form of ours, and the deciding ones a code besides.
"""
