from django.urls import path

from tongzhou.signoffs import views

urlpatterns = [
    path("me/signatures/", views.my_signatures, name="my_signatures"),
    path("me/signatures/walk/", views.signing_walk, name="signing_walk"),
    path("projects/<str:number>/sheets/", views.sheets, name="sheets"),
    path("projects/<str:number>/sheets/<int:sheet_id>/", views.sheet, name="sheet"),
    path("projects/<str:number>/sheets/<int:sheet_id>/signature/", views.sign, name="sheet_sign"),
    path("projects/<str:number>/sheets/<int:sheet_id>/withdrawal/", views.withdraw, name="sheet_withdraw"),
    path("projects/<str:number>/sheets/<int:sheet_id>/seen/", views.sheet_seen, name="sheet_seen"),
    path("projects/<str:number>/sheets/<int:sheet_id>/void/", views.void, name="sheet_void"),
    path("projects/<str:number>/sheets/<int:sheet_id>/verification/", views.verification, name="sheet_verification"),
    path("projects/<str:number>/sheets/<int:sheet_id>/evidence.zip", views.evidence, name="sheet_evidence"),
    path("projects/<str:number>/delegations/", views.delegations, name="delegations"),
    path("projects/<str:number>/delegations/<int:delegation_id>/end/", views.delegation_end, name="delegation_end"),
    path("projects/<str:number>/chain/", views.chain, name="chain"),
]
